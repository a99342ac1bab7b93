"""Grading that goes on: what nbgrader runs in place of its own step ``Execute`` (see ``course.CONFIG``).

nbgrader interrupts a cell that takes too long, and grades on. But where a cell ends its kernel (memory, ``os._exit``)
or swallows the interrupt, nbgrader drops the whole submission. Here such a cell fails by itself.
"""

from __future__ import annotations

import copy

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import default


class ExecuteOn(Execute):
    """Runs every cell; after one that cannot go on, a fresh kernel runs the answers before it again."""

    @default("shutdown_kernel")
    def _at_once(self) -> str:
        return "immediate"  # asking an endless loop to stop takes long

    def preprocess(self, nb, resources, km=None):
        self.fatal = set()  # the cells that are not run again
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        try:
            return super().preprocess_cell(cell, resources, index)
        except (DeadKernelError, CellTimeoutError) as error:
            self.fatal.add(index)
            cell.outputs.append(new_output("error", ename=type(error).__name__, evalue="", traceback=[str(error)]))
            self._start_again(index)
            return cell, resources

    def on_cell_executed(self, **told):
        super().on_cell_executed(**told)
        if told["execute_reply"]["content"].get("ename") == self.error_on_timeout["ename"]:
            self.fatal.add(told["cell_index"])

    def _start_again(self, index: int) -> None:
        """A fresh kernel that has run the cells before ``index`` which neither check nor fail for good."""
        self._cleanup_kernel()
        self.km = self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()
        for number, cell in enumerate(self.nb.cells[:index]):
            if number not in self.fatal and not is_grade(cell):
                self.execute_cell(copy.deepcopy(cell), number)


DEFAULT = Autograde.class_traits()["autograde_preprocessors"].default()
PREPROCESSORS = [ExecuteOn if step is Execute else step for step in DEFAULT]
