"""Who acts, in which request: carried by context variables down to the journal and the logs."""

from contextvars import ContextVar

requete_id: ContextVar[str] = ContextVar("requete_id", default="-")
