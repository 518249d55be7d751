import logging


class WithoutTraceOfRefusals(logging.Filter):
    """That somebody may not do something is worth a line. Where in the code it was found out is not."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) in (403, 404):
            record.exc_info = record.exc_text = None
        return True
