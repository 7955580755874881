"""A setting of the programs; `vret.settings` is the table of them all."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting. `commands` are those that take it; `shown_default` replaces a default that differs by machine.

    A number outside `low` to `high` is refused.
    """

    name: str
    flag: str
    default: T
    help: str
    commands: tuple[str, ...]
    shown_default: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def env(self) -> str:
        return "VRET_" + self.name.upper()

    def option(self) -> Any:
        """The typer option, for `Annotated[..., SETTING.option()] = SETTING.default`."""
        import typer

        return typer.Option(
            self.flag,
            envvar=self.env,
            help=self.help,
            show_default=self.shown_default or True,
            min=self.low,
            max=self.high,
        )
