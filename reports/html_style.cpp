#include "reports/html_case.hpp"

namespace rig {

// Colours of traces and verdicts are those of Okabe and Ito, which people with any kind of colour vision can tell
// apart; no meaning rests on colour alone.
std::string style_sheet() {
  return R"css(
:root{--bg:#fff;--fg:#1b1f24;--dim:#5d6670;--line:#d8dde3;--soft:#f4f6f8;--card:#fff;
--pass:#00735a;--fail:#b84300;--invalid:#8a6100;--error:#8f3f78;--aborted:#444;
--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#a87900;--c5:#3f97c9;
--step0:#eef2f6;--step1:#f8fafb;--grid:#e3e8ed;--may:#bcd9ee;--must:#0072b2;--seen:#3a4149;--wrong:#d55e00}
@media screen and (prefers-color-scheme:dark){:root{--bg:#14181d;--fg:#e5e9ee;--dim:#98a3af;--line:#343c46;--soft:#1d232a;
--card:#191e24;--pass:#3ec9a0;--fail:#ff8a4c;--invalid:#e6b040;--error:#e394c5;--aborted:#bbb;
--c0:#56b4e9;--c1:#ff8a3d;--c2:#2fcf9f;--c3:#e39bc6;--c4:#e6b040;--c5:#8fd0f5;
--step0:#20272f;--step1:#191f25;--grid:#2b333c;--may:#27506d;--must:#56b4e9;--seen:#c8d0d9;--wrong:#ff7a2b}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:28px;line-height:1.2;margin:0}h2{font-size:20px;margin:28px 0 10px}h4{font-size:15px;margin:26px 0 6px}
a{color:var(--c0)}.dim,.note{color:var(--dim)}.note{font-size:13px}code{font-size:13px;color:var(--dim)}
.banner{border-left:8px solid var(--pass);background:var(--soft);padding:18px 22px;border-radius:6px}
.banner.fail{border-color:var(--fail)}.banner.pass h1 span{color:var(--pass)}.banner.fail h1 span{color:var(--fail)}
.counts{display:flex;flex-wrap:wrap;gap:8px 20px;list-style:none;margin:12px 0 0;padding:0}
.banner dl{display:flex;flex-wrap:wrap;gap:4px 28px;margin:14px 0 0;font-size:13.5px}
.banner dl div{display:flex;gap:7px}.banner dt{color:var(--dim)}.banner dd{margin:0}
.verdict{white-space:nowrap;font-weight:600}.verdict.pass{color:var(--pass)}.verdict.fail{color:var(--fail)}
.verdict.invalid{color:var(--invalid)}.verdict.error{color:var(--error)}.verdict.aborted{color:var(--aborted)}
.verdict.other{color:var(--dim);font-weight:400}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;font-weight:600;color:var(--dim);font-size:12.5px}
th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
td.time{white-space:nowrap;font-variant-numeric:tabular-nums}
details.case{border:1px solid var(--line);border-radius:8px;margin:22px 0;padding:0 22px 4px;background:var(--card)}
details.case[open]{padding-bottom:18px}
details.case>summary{display:flex;align-items:baseline;gap:16px;cursor:pointer;padding:12px 0;list-style:none}
details.case>summary::-webkit-details-marker{display:none}
details.case>summary::before{content:"\25B8";color:var(--dim)}details.case[open]>summary::before{content:"\25BE"}
details.case>summary h2{margin:0;flex:1;font-size:18px;overflow-wrap:anywhere}
details:not(.case){margin:14px 0}details:not(.case)>summary{cursor:pointer;font-weight:600}
.title{font-size:16px;margin:2px 0 10px}.why{color:var(--dim);max-width:75ch}
.sentence{font-size:16px;max-width:85ch}
.finding{border-left:5px solid var(--fail);background:var(--soft);border-radius:4px;padding:10px 16px;margin:12px 0}
.finding .sentence{margin:0 0 8px;font-weight:600}.finding .number{color:var(--fail)}
.following .finding{border-color:var(--dim)}.following .sentence{font-size:14px}
.finding dl,.pairs{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0;font-size:13.5px}
.finding dt,.pairs dt{color:var(--dim)}.finding dd,.pairs dd{margin:0;overflow-wrap:anywhere}
.warning{border-left:5px solid var(--invalid);background:var(--soft);padding:10px 16px;margin:12px 0;font-size:13.5px}
.steps{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 4px;padding:0;font-size:13px}
figure{margin:6px 0 12px}figcaption{font-size:13px;display:flex;flex-wrap:wrap;gap:2px 18px;align-items:center}
.key{color:var(--dim);display:inline-flex;align-items:center;gap:6px}
.swatch{display:inline-block;width:20px;height:0;border-top:3px solid currentColor}
.swatch.edge{border-top:2px dotted currentColor}.swatch.area{height:11px;border:0;background:currentColor;opacity:.25}.swatch.box{height:11px;border:0}
.swatch.may{background:var(--may)}.swatch.must{background:var(--must)}.swatch.seen{background:var(--seen)}
.swatch.wrong{background:var(--wrong)}.swatch.absent{border:2px solid var(--wrong)}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}
svg.plot{width:100%;height:auto;display:block;font-size:11px}svg text{fill:var(--fg)}
.line{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linejoin:round}.line.c1{stroke-width:2.2;stroke-dasharray:7 2}
.band{fill:currentColor;fill-opacity:.2;stroke:currentColor;stroke-opacity:.6;stroke-width:1.1}
.grid{stroke:var(--grid)}.frame{fill:none;stroke:var(--line)}svg .tick,svg .unit{fill:var(--dim)}
.step0{fill:var(--step0)}.step1{fill:var(--step1)}svg .steplabel{fill:var(--dim)}
.level{stroke:var(--fail);stroke-width:1.2;stroke-dasharray:2 3}.level.case{stroke:var(--error)}.level.bench{stroke:var(--aborted)}
svg .levellabel{fill:var(--fail);paint-order:stroke;stroke:var(--bg);stroke-width:3px;stroke-opacity:.7}
.trip{stroke:var(--fg);stroke-dasharray:5 3}.failure{stroke:var(--fail);stroke-width:2}
svg .failurelabel{fill:var(--fail);font-weight:700}svg .triplabel{font-weight:600}
svg .failurelabel,svg .triplabel{paint-order:stroke;stroke:var(--bg);stroke-width:3px}
.edges{fill:none;stroke:currentColor;stroke-opacity:.75;stroke-width:1.2;stroke-dasharray:1 3}
.unknown{fill:var(--soft)}svg .word{font-size:10px;font-weight:600}svg .on-must,svg .on-seen,svg .on-wrong{fill:var(--bg)}
svg .on-absent{fill:var(--wrong)}svg .on-unknown{fill:var(--dim);font-weight:400}
.verifies{list-style:none;margin:4px 0 10px;padding:0;font-size:13.5px}
table.rules td:first-child{min-width:300px}tr.untested td,tr.untested b{color:var(--dim);font-weight:400}tr.group th{padding-top:16px}
.lane{fill:var(--bg);stroke:var(--line)}.may{fill:var(--may)}.must{fill:var(--must)}.seen{fill:var(--seen)}
.wrong{fill:var(--wrong)}rect.absent{fill:none;stroke:var(--wrong);stroke-width:2}
svg .striplabel{font-weight:600}
svg.bar{width:220px;height:22px}.barback{fill:var(--soft)}.barok{fill:var(--may)}.barlimit{stroke:var(--must);stroke-width:2}
.bargood{stroke:var(--pass);fill:var(--pass);stroke-width:2}.barbad{stroke:var(--fail);fill:var(--fail);stroke-width:2}
#tip{position:absolute;pointer-events:none;background:var(--fg);color:var(--bg);font-size:12px;padding:4px 8px;border-radius:4px;white-space:pre;display:none}
.cross{stroke:var(--dim);stroke-width:1}
@media print{body{font-size:11px}main{max-width:none;padding:0}details.case{border:0;padding:0;break-before:page}
figure,.finding,tr{break-inside:avoid}a{color:inherit;text-decoration:none}}
)css";
}

// Reads values off the drawn paths under the pointer, opens the case that a link leads to, and opens everything for
// the printer. The page says all it has to say without it.
std::string script() {
  return R"js(
(() => {
  const tip = document.body.appendChild(Object.assign(document.createElement('div'), {id: 'tip'}));
  const points = path => path.pts ??= [...path.getAttribute('d').matchAll(/([MLH])(-?[\d.]+)(?: (-?[\d.]+))?/g)]
      .reduce((all, m) => (all.push({x: +m[2], y: m[3] === undefined ? all.at(-1).y : +m[3]}), all), []);
  const at = (path, x) => {
    const p = points(path);
    let low = 0, high = p.length;
    while (low < high) { const mid = (low + high) >> 1; if (p[mid].x <= x) low = mid + 1; else high = mid; }
    return low > 0 ? p[low - 1].y : null;
  };
  for (const svg of document.querySelectorAll('svg.plot')) {
    const d = svg.dataset, frame = svg.querySelector('.frame'), f = frame.dataset;
    const cross = svg.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'line'));
    cross.setAttribute('class', 'cross');
    svg.addEventListener('pointermove', e => {
      const box = svg.getBoundingClientRect(), x = (e.clientX - box.left) / box.width * 1000;
      if (x < +d.left || x > +d.right) return;
      const t = +d.from + (x - d.left) / (d.right - d.left) * (d.to - d.from);
      const top = +frame.getAttribute('y'), height = +frame.getAttribute('height');
      for (const [k, v] of [['x1', x], ['x2', x], ['y1', top], ['y2', top + height]]) cross.setAttribute(k, v);
      let text = t.toFixed(d.to - d.from < 100 ? 2 : 1) + ' s';
      for (const path of svg.querySelectorAll('path.line')) {
        const y = at(path, x);
        if (y !== null) text += '\n' + path.dataset.name + '  ' +
            (+f.low + (top + height - y) / height * (f.high - f.low)).toPrecision(5);
      }
      tip.textContent = text;
      tip.style.cssText = `display:block;left:${e.pageX + 14}px;top:${e.pageY + 14}px`;
    });
    svg.addEventListener('pointerleave', () => { tip.style.display = 'none'; cross.setAttribute('x2', cross.getAttribute('x1')); });
  }
  const open = () => { const target = location.hash && document.querySelector(location.hash); if (target) target.open = true; };
  addEventListener('hashchange', open); open();
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(x => x.open = true));
})();
)js";
}

}  // namespace rig
