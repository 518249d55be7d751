"""The web process, with so little patience that a test need not have much."""

from niagara import web_worker

web_worker.PATIENCE = 1

HurriedWorker = web_worker.WebWorker
