"""Runs a rename on a few marked lines: the new texts, or why it was refused."""

from refactoring_case import attempt, done, refused


def rename(source, new="new", files=None, **more):
    return done("rename", source, files, name=new, **more)


def refusal(source, new="new", files=None, **more):
    return refused("rename", source, files, name=new, **more)


def texts(source, new="new", files=None, **more):
    outcome = attempt("rename", source, files, name=new, **more)
    assert outcome.refusal is None, outcome.refusal
    return outcome.texts
