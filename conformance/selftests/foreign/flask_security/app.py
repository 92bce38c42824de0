"""A member portal made of Flask-Security-Too as it comes: its own forms, pages and mails, two-factor by mail. Settings only.

Each setting that can bring it nearer to what ameli documents is set; what still differs is Flask-Security-Too's own.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_mail import Mail
from flask_security import Security, SQLAlchemyUserDatastore, uia_username_mapper
from flask_security.models import fsqla_v3 as fsqla
from flask_security.models.fsqla import FsModels
from flask_sqlalchemy import SQLAlchemy

from conformance.selftests.foreign.flask_security.place import folder_of

ADDRESS_VARIABLE = "PORTAL_ADDRESS"  # tells the server where it answers
# What the launcher decides anew for each start: keys, the mail server's port, and for how many seconds codes and links live.
INSTALLATION = "installation.json"
DATABASE = "portal.sqlite"

SETTINGS: dict[str, Any] = {
    # The number is the identifier. The address stays out of the sign-in form.
    "SECURITY_USERNAME_ENABLE": True,
    "SECURITY_USERNAME_REQUIRED": True,
    "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"username": {"mapper": uia_username_mapper, "case_insensitive": True}}],
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_REQUIRED": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["email"],
    # A browser that “Remember Me” was ticked in is trusted for half a year.
    "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": False,
    "SECURITY_TWO_FACTOR_LOGIN_VALIDITY": timedelta(days=183),
    "SECURITY_REGISTERABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_EMAIL_SENDER": ("Votre Assurance Maladie", "ne-pas-repondre@assurance.heurtoir.test"),
    # Addresses in .test are no addresses to this library unless it is told so.
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    # Its own page of an account: how the second factor is set up. The least application has no other.
    "SECURITY_POST_LOGIN_VIEW": "/tf-setup",
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    # Hashes that cost little: the tests are not about their strength.
    "SECURITY_HASHING_SCHEMES": ["hex_md5"],
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1},
    # As its documentation advises.
    "SESSION_COOKIE_SAMESITE": "Strict",
    "REMEMBER_COOKIE_SAMESITE": "Strict",
    "MAIL_SERVER": "127.0.0.1",
    "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "connect_args": {"timeout": 15}},
}

database = SQLAlchemy()
FsModels.set_db_info(database)  # type: ignore[no-untyped-call]


class Role(database.Model, fsqla.FsRoleMixin):  # type: ignore[misc,name-defined]
    """Flask-Security-Too's own model of a role."""


class User(database.Model, fsqla.FsUserMixin):  # type: ignore[misc,name-defined]
    """Flask-Security-Too's own model of a user."""


def create_app(folder: Path) -> Flask:
    """The application whose database and installation lie in `folder`; the database is made when there is none."""
    app = Flask(__name__, instance_path=str(folder.resolve()))
    app.config.from_mapping(SETTINGS, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder.resolve() / DATABASE}")
    app.config.from_file(str(folder.resolve() / INSTALLATION), load=json.load)
    app.config["SECURITY_RESET_PASSWORD_WITHIN"] = timedelta(seconds=app.config.pop("LINK_SECONDS"))
    database.init_app(app)
    Mail(app)
    Security(app, SQLAlchemyUserDatastore(database, User, Role))
    with app.app_context():
        database.create_all()
    return app


def served() -> Flask:
    """The application as the server makes it."""
    return create_app(folder_of(os.environ[ADDRESS_VARIABLE]))
