"""Writes tiers.json: prices that depend on how a request was served (flex, priority, fast, batch).

The npm package does not have them; its sister of the same project on PyPI does (MIT as well):

    python3 -m venv .venv && .venv/bin/pip install genai-prices==0.2.3 && .venv/bin/python tiers.py
"""

import dataclasses
import json
import pathlib
from importlib.metadata import version

from genai_prices.data import providers
from genai_prices.types import StartDateConstraint, TieredPrices

WANTED = {('service_tier', 'flex'), ('service_tier', 'priority'), ('service_tier', 'fast'), ('speed', 'fast'), ('processing', 'batch')}


def rate(value):
    if isinstance(value, TieredPrices):
        return {'base': str(value.base), 'tiers': [{'start': t.start, 'price': str(t.price)} for t in value.tiers]}
    return str(value)


def prices(model_price):
    fields = [f.name for f in dataclasses.fields(model_price)] if dataclasses.is_dataclass(model_price) else []
    named = {name: getattr(model_price, name) for name in {*fields, *vars(model_price)} if name.endswith(('_mtok', '_hours', '_kcount', '_kpages'))}
    return {name: rate(value) for name, value in sorted(named.items()) if value is not None}


def variant(v):
    entry = {'tier': next(iter(v.when.values()))}
    if isinstance(v.constraint, StartDateConstraint):
        entry['from'] = v.constraint.start_date.isoformat()
    return {**entry, 'prices': prices(v.prices)}


def standard(model):
    plain = model.prices if not isinstance(model.prices, list) else model.prices[-1].prices
    return {k: p for k, p in prices(plain).items() if k in ('input_mtok', 'output_mtok')}


found = {
    provider.id: {
        model.id: {
            'standard': standard(model),
            'variants': sorted(
                (variant(v) for v in model.price_variants if len(v.when) == 1 and tuple(v.when.items())[0] in WANTED),
                key=lambda v: (v['tier'], v.get('from', '')),
            ),
        }
        for model in provider.models
        if model.price_variants
    }
    for provider in providers
    if any(model.price_variants for model in provider.models)
}
target = pathlib.Path(__file__).with_name('tiers.json')
head = {'source': f'genai-prices {version("genai-prices")} (PyPI, MIT)'}
lines = [
    f' {json.dumps(provider)}: {{\n' + ',\n'.join(f'  {json.dumps(m)}: {json.dumps(v)}' for m, v in sorted(models.items())) + '\n }'
    for provider, models in sorted(found.items())
]
target.write_text(json.dumps(head)[:-1] + ', "providers": {\n' + ',\n'.join(lines) + '\n}}\n')
print(sum(len(m) for m in found.values()), 'models')
