"""Counters of several processes added up, as one text for Prometheus."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families


def summed(texts: Iterable[bytes]) -> bytes:
    """Add up equal series of texts as `Metrics.text` gives them. When something began is told by the first."""
    families: dict[str, Metric] = {}
    values: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for text in texts:
        for family in text_string_to_metric_families(text.decode()):
            families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                series = (sample.name, tuple(sorted(sample.labels.items())))
                if series not in values:
                    families[family.name].add_sample(sample.name, sample.labels, sample.value)
                    values[series] = sample.value
                elif not sample.name.endswith("_created"):
                    values[series] += sample.value
    for family in families.values():
        family.samples = [
            sample._replace(value=values[sample.name, tuple(sorted(sample.labels.items()))])
            for sample in family.samples
        ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(families.values()))
    return generate_latest(registry)


class _Collected:
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families
