"""The ASGI application: calls, sockets and pages behind the guard, and every error as `{"code", "message"}`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from vret_server.api import router, socket_router
from vret_server.clinic import Clinic, open_clinic
from vret_server.guard import Guard
from vret_server.pages import page_routes, read_pages
from vret_server.refusal import RefusedError
from vret_server.settings import Settings

_CODES = {404: "not_found", 405: "method_not_allowed"}


def create_app(settings: Settings) -> FastAPI:
    """Raises StoreError if the database address makes no sense, TurnError if the relay's settings do not."""
    clinic = open_clinic(settings)
    app = FastAPI(
        title="vret server",
        version=version("vret"),
        description="Sessions of virtual-reality exposure therapy. Not a certified medical device.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_closing(clinic),
        generate_unique_id_function=_operation_name,
    )
    app.state.clinic = clinic
    app.include_router(router)
    app.include_router(socket_router)
    app.router.routes.extend(page_routes(read_pages()))
    app.add_middleware(Guard, settings=settings)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    return app


def _operation_name(route: APIRoute) -> str:
    return route.name


def _closing(clinic: Clinic) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await clinic.store.close()

    return lifespan


def _answer(refused: RefusedError) -> JSONResponse:
    return JSONResponse({"code": refused.code, "message": refused.message}, refused.status)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RefusedError)
    return _answer(error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """The first thing that is wrong, with the field's name; what was sent is never repeated."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _answer(RefusedError("bad_request", detail=f"{where}: {first['msg']}."))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, RefusedError):
        return _answer(error.__cause__)
    code = _CODES.get(error.status_code)
    return _answer(RefusedError(code) if code else RefusedError("bad_request", detail=f"{error.detail}."))


async def _bug(_request: Request, _error: Exception) -> JSONResponse:
    """The trace reaches the server's own output: the error is raised again after this answer."""
    return _answer(RefusedError("internal_error"))
