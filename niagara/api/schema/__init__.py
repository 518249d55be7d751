"""The OpenAPI 3.1 document, drawn from what the views declare: their representations, inputs,
filters and scopes. What the document says and what the API does come from the same lines."""

from niagara.api.schema import fields, security  # noqa: F401  # extensions are known once they are imported
from niagara.api.schema.operations import NiagaraSchema, links

__all__ = ["NiagaraSchema", "links"]
