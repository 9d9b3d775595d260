"""Cosigning other deployments' checkpoints (C2SP tlog-witness). Nobody signs in: a log's own signature is the proof."""

from http import HTTPStatus

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from referral.witnessing import Request, heard
from service.actions import witnessing
from service.web.context import parts, transaction

bp = Blueprint("api_witness", __name__)


@bp.post("/add-checkpoint")
def add_checkpoint() -> ResponseReturnValue:
    """Cosign a checkpoint that keeps all of what was cosigned before; where nothing is witnessed, nothing is here."""
    witness = parts().witness
    if witness is None:
        abort(HTTPStatus.NOT_FOUND)
    answer = heard(request.get_data(), witness.logs)
    if isinstance(answer, Request):
        with transaction() as session:
            answer = witnessing.add_checkpoint(session, answer, by=witness, at=parts().clock())
    return Response(answer.body, status=answer.status, content_type=answer.kind)
