"""What `bwc policy`, `bwc sequence` and `bwc checklist` print."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.checklist import Checklist
from pipeline.cli.tables import results
from pipeline.policy import Policy
from pipeline.sequence import Course


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE, show_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def _line(text: str) -> None:
    results.print(text, highlight=False, markup=False)


def show_policy(policy: Policy) -> None:
    """The pack: clauses with their labels, labels with the number of their rules, windows, camera rules, questions."""
    _line(f"{policy.name} {policy.version}: {policy.title}  (sha256 {policy.sha256[:12]})")
    clauses = _table("clause", "asks for", "looked for", "shown by")
    for clause in policy.clauses.values():
        shown = clause.shown_by if clause.enabled else "switched off"
        clauses.add_row(clause.id, Text(clause.text), ", ".join(clause.labels) or "-", shown)
    results.print(clauses)
    labels = _table("label", "in words", "said by", "rules", "classifier counts from")
    for label, rules in policy.techniques.items():
        count = len(rules.phrases) + len(rules.starts) + len(rules.alone) + len(rules.answers)
        labels.add_row(label, rules.title, ", ".join(rules.said_by), str(count), f"{policy.bar(label).threshold:.2f}")
    results.print(labels)
    for name, of in (("windows", policy.windows), ("camera", policy.camera)):
        _line(f"[{name}] " + ", ".join(f"{key} = {value}" for key, value in of.__dict__.items()))
    for question in policy.review_form:
        _line(f"[review form] {question.question} {' / '.join(question.answers)}".rstrip())


def show_course(course: Course) -> None:
    """The sequence in sentences."""
    _line(course.name)
    for sentence in course.sentences:
        _line(f"  {sentence}")


def show_checklist(checklist: Checklist) -> None:
    """One row for each clause."""
    _line(f"{checklist.name}; policy {checklist.policy['name']} {checklist.policy['version']}")
    table = _table("clause", "", "state", "observed", "answer")
    for item in checklist.items:
        answer = ""
        if item.answer:
            exception = f"; exception: {item.answer.reason}" if item.answer.exception else ""
            answer = f"{item.answer.answer} ({item.answer.reviewer}){exception}"
        observed = " ".join(part for part in (item.says, item.note) if part)
        table.add_row(item.clause, item.title, item.state, Text(observed), Text(answer))
    results.print(table)
