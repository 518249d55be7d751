"""The web process, for which a minute of the limits is an hour: a test on a busy machine may take longer than one."""

from niagara import web_worker
from niagara.accounts import limits

limits.WINDOW = 3600

PatientWorker = web_worker.WebWorker
