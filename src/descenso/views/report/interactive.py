"""Charts that answer to the pointer: Vega's script in the page itself, once, and what starts it."""

import vl_convert

from descenso.views.charts import VEGA_LITE

# Each chart stands as JSON beside its still picture, which it takes the place of. The picture's
# text for those who do not see it goes over to the chart.
START = """
const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
const options = {actions: false, renderer: 'svg', tooltip: {theme}};
document.querySelectorAll('figure > script[type="application/json"]').forEach((spec) => {
  const place = spec.previousElementSibling;
  const label = place.querySelector('svg').getAttribute('aria-label');
  const chart = document.createElement('div');
  vegaEmbed(chart, JSON.parse(spec.textContent), options).then(() => {
    place.setAttribute('role', 'img');
    place.setAttribute('aria-label', label);
    chart.setAttribute('aria-hidden', 'true');
    place.replaceChildren(chart);
  });
});
"""


def script() -> str:
    """The script of an interactive page, as HTML; nothing is fetched.

    Vega, Vega-Lite and Vega-Embed: Copyright University of Washington Interactive Data Lab and
    contributors, BSD 3-Clause License (the names stand in the page too).
    """
    # The bundler takes some seconds, once in a process. It quotes no "</script".
    return f"<script>{vl_convert.javascript_bundle(START, vl_version=VEGA_LITE)}</script>"
