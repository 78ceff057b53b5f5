"""The shape of a spec: pydantic models, from which the JSON Schema is written too."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

__all__ = [
    "DATE",
    "ONE_LINE",
    "BvjShape",
    "GroupShape",
    "QuarantineShape",
    "RevenueShape",
    "SpecShape",
    "TestShape",
    "json_schema",
]

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
ONE_LINE = r"^\S([^\n\t]*\S)?$"

Text = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=2000)]
Name = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=500)]
Kind = Literal["positive", "negative", "edge", "recovery"]
Texts = Annotated[list[Text], Field(max_length=50)]
Names = Annotated[list[Name], Field(max_length=50)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BvjShape(_Shape):
    """Business Value Justification; what is left out is inherited."""

    segment: (
        Annotated[
            list[Name],
            Field(
                min_length=1,
                max_length=50,
                description='Who gains; "All" is every customer.',
            ),
        ]
        | None
    ) = None
    goal: Annotated[Name, Field(description="One of the configured goals.")] | None = (
        None
    )
    value_impact: (
        Annotated[Text, Field(description="What this test gains for the business.")]
        | None
    ) = None
    strategic_impact: (
        Annotated[Text, Field(description="Why that matters in the long run.")] | None
    ) = None


class RevenueShape(_Shape):
    """What the domain protects."""

    annual_usd: Annotated[int, Field(ge=0, description="US dollars a year.")]
    protects: Annotated[
        Text, Field(description="What business the revenue comes from.")
    ]


class SuiteExpectShape(_Shape):
    """Counts that must hold; checked, never trusted."""

    tests: Annotated[int, Field(ge=0)] | None = None
    groups: Annotated[int, Field(ge=0)] | None = None


class GroupExpectShape(_Shape):
    """Counts that must hold; checked, never trusted."""

    tests: Annotated[int, Field(ge=0)]


class CaseShape(_Shape):
    """One row of a test's table: one `pytest.param`."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    kind: Annotated[Kind, Field(description="What the case shows.")] | None = None
    values: Annotated[
        dict[str, Any],
        Field(
            alias="with", min_length=1, description="Parameters and their JSON values."
        ),
    ]


class QuarantineShape(_Shape):
    """A test that may fail until a day: it runs, and counts for nothing."""

    until: Annotated[
        str,
        Field(
            pattern=DATE,
            description="Its last day in UTC, at most 30 days ahead: 2027-01-15.",
            json_schema_extra={"format": "date"},
        ),
    ]
    owner: Annotated[Name, Field(description="Who answers for it.")]
    reason: Annotated[Text, Field(description="Why the test may fail.")]
    link: Annotated[Text, Field(description="Where more of it stands.")] | None = None


class TestShape(_Shape):
    """One test."""

    __test__ = False

    id: Annotated[
        str,
        Field(
            pattern=r"^[A-Z][A-Z0-9]{0,9}-[0-9]{1,6}$",
            description="The identity of the test for ever, such as SU-001.",
        ),
    ]
    name: Annotated[Name, Field(description="The test function; starts with test_.")]
    summary: (
        Annotated[
            Text,
            Field(description="What holds, in one sentence; else the name says it."),
        ]
        | None
    ) = None
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=4)] | None = None
    is_async: Annotated[bool, Field(alias="async")] = False
    given: Texts = Field(default_factory=list)
    when: Texts = Field(default_factory=list)
    then: Texts = Field(default_factory=list)
    covers: Annotated[Names, Field(description="Entries of must_cover.")] = Field(
        default_factory=list
    )
    markers: Annotated[Names, Field(description="Configured extra markers.")] = Field(
        default_factory=list
    )
    origin: Literal["planned", "reconstructed"] = "planned"
    bvj: BvjShape = BvjShape()
    quarantine: QuarantineShape | None = None
    cases: Annotated[list[CaseShape], Field(max_length=500)] = Field(
        default_factory=list
    )


class GroupShape(_Shape):
    """A titled list of tests: one class of the suite."""

    title: Name
    expect: GroupExpectShape | None = None
    bvj: BvjShape = BvjShape()
    tests: Annotated[list[Any], Field(min_length=1)]


class SpecShape(_Shape):
    """One domain: one spec file, one suite."""

    suiteloom: Annotated[Literal[1], Field(description="Version of the spec format.")]
    domain: (
        Annotated[
            Name,
            Field(description="Names the suite file; else the spec file's name does."),
        ]
        | None
    ) = None
    title: Name
    summary: Annotated[Text, Field(description="What the domain covers.")] | None = None
    category: (
        Annotated[
            Name,
            Field(
                description="A configured category, else the first of them; a marker."
            ),
        ]
        | None
    ) = None
    service: Annotated[Name, Field(description="A configured service.")] | None = None
    mission_critical: bool = False
    environments: Annotated[
        list[Literal["test", "dev", "staging", "prod"]],
        Field(min_length=1, max_length=4),
    ] = ["test", "dev", "staging", "prod"]
    expect: SuiteExpectShape = SuiteExpectShape()
    revenue: RevenueShape | None = None
    must_cover: Annotated[
        Names, Field(description="Each is covered by at least one test, in this order.")
    ] = Field(default_factory=list)
    bvj: BvjShape = BvjShape()
    groups: Annotated[list[GroupShape], Field(min_length=1, max_length=1000)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a spec, for editors and other tools."""
    schema = TypeAdapter(SpecShape).json_schema(by_alias=True)
    definitions = TypeAdapter(TestShape).json_schema(by_alias=True)
    schema["$defs"] |= definitions.pop("$defs")
    schema["$defs"]["TestShape"] = definitions
    schema["$defs"]["GroupShape"]["properties"]["tests"]["items"] = {
        "$ref": "#/$defs/TestShape"
    }
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "suiteloom spec",
    }
    outline = {key: value for key, value in schema.items() if key != "title"}
    found: dict[str, Any] = _without_null(head | outline)
    return found


def _without_null(schema: Any) -> Any:
    """A key that may be left out is left out, never written as null."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _without_null(value) for key, value in schema.items()}
    choices = [item for item in plain.get("anyOf", ()) if item != {"type": "null"}]
    if len(choices) == 1:
        del plain["anyOf"]
        plain = {**choices[0], **plain}
    if isinstance(plain.get("default"), dict | None):
        plain.pop("default", None)
    return plain
