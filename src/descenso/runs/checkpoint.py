"""A run's checkpoints: what is written while it trains, and read to resume."""

import time
from pathlib import Path

from descenso.engine import loop
from descenso.engine.experiment import LoopArguments
from descenso.engine.network import Model
from descenso.runs.events import EpochRecord
from descenso.runs.state import TrainingState
from descenso.runs.store.array_names import fill, named_arrays
from descenso.runs.store.arrays import read_arrays, write_arrays
from descenso.runs.store.history import HistoryLog
from descenso.runs.store.parameters import parameters
from descenso.runs.store.run_file import CHECKPOINT, METRICS, SNAPSHOTS
from descenso.runs.store.snapshots import prune, write_snapshot

CHECKPOINT_SECONDS = 5.0


class Recorder:
    """Writes a training into its run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = HistoryLog(path / METRICS)
        self._last_checkpoint = time.monotonic()

    def epochs(self, records: list[EpochRecord]) -> None:
        """Add the epochs' lines."""
        self.log.append(*records)

    def snapshot(self, epoch: int, network: Model) -> None:
        """Keep the weights at a scheduled epoch's end."""
        write_snapshot(self.path / SNAPSHOTS, epoch, parameters(network))
        stride = loop.stride(epoch)
        if stride != loop.stride(epoch - stride):
            prune(self.path / SNAPSHOTS, epoch)

    def checkpoint_is_due(self) -> bool:
        """Whether the last checkpoint is some seconds old."""
        return time.monotonic() - self._last_checkpoint > CHECKPOINT_SECONDS

    def checkpoint(self, state: TrainingState) -> None:
        """Keep the latest state."""
        meta = {
            "iteration": state.iteration,
            "seconds": state.seconds,
            "stopped": state.stopped,
        }
        write_arrays(self.path / CHECKPOINT, named_arrays(state.loop_state), meta)
        self._last_checkpoint = time.monotonic()

    def restore(self, beginning: LoopArguments) -> TrainingState:
        """The state at the last checkpoint, or at the beginning where there is none.

        What was recorded after it is dropped: it will happen again, bit for bit.
        """
        file = self.path / CHECKPOINT
        if file.exists():
            arrays, meta = read_arrays(file)
            loop_state = fill(beginning.loop_state, arrays, file)
            iteration, seconds, stopped = meta["iteration"], meta["seconds"], meta["stopped"]
        else:
            loop_state, iteration, seconds, stopped = beginning.loop_state, 0, 0.0, ""
        self.log.cut(int(loop_state.epoch))
        prune(self.path / SNAPSHOTS, int(loop_state.epoch))
        return TrainingState(loop_state, iteration, seconds, self.log.read(), stopped)
