"""Signing in over the API."""

from marshmallow import fields
from marshmallow.validate import Length

from service.schemas.base import StrictSchema


class SignInSchema(StrictSchema):
    """E-mail and password."""

    email = fields.String(required=True, validate=Length(min=1, max=320))
    password = fields.String(required=True, validate=Length(min=1, max=1000))
