"""Tables as Spark DataFrames, cut into partitions as a test wants them."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def in_partitions(session, table, folder, *, parts=3, edges=None):
    """Return a DataFrame whose partitions hold these rows, in this order; some may be empty.

    Parameters
    ----------
    parts : int
        About as many rows each.
    edges : sequence of int, optional
        Where it is cut, in place of `parts`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = (
        table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    )
    rows = rows.replace_schema_metadata()
    cuts = np.linspace(0, len(rows), parts + 1).astype(int) if edges is None else edges
    for k, (start, stop) in enumerate(pairwise(cuts)):
        pq.write_table(rows.slice(start, stop - start), folder / f"{k}.parquet")
    schema, place = session.read.parquet(str(folder)).schema, str(folder)

    def read(batches):
        from pyspark import TaskContext

        for _ in batches:
            pass
        part = pq.read_table(f"{place}/{TaskContext.get().partitionId()}.parquet")
        yield from part.to_batches(max_chunksize=100)

    return session.range(0, len(cuts) - 1, 1, len(cuts) - 1).mapInArrow(read, schema)
