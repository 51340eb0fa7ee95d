/// The style sheet of `report.html`: light and dark, narrow and wide, screen and paper.
enum ReportStyle {
  /// CSS.
  static let text = #"""
    :root {
      color-scheme: light;
      --page: #fbfaf8; --card: #ffffff; --ink: #1d2126; --soft: #545c66; --line: #d9d6cf;
      --accent: #00598c; --accent-ink: #ffffff; --pick: #e3eff7; --hover: #f2f0ea;
      --pass: #00704f; --fail: #b04300; --error: #8a1c4e; --bar: #3d87b8; --bar-soft: #c5d8e4;
      --good: #d5ebe3; --mid: #fbeccb; --bad: #f8d9c8;
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    }
    :root[data-theme="dark"] {
      color-scheme: dark;
      --page: #14171a; --card: #1d2125; --ink: #e8e6e1; --soft: #a9b0b8; --line: #3a4047;
      --accent: #74bdeb; --accent-ink: #10202b; --pick: #20364a; --hover: #262b30;
      --pass: #4fd1a5; --fail: #ff9d5c; --error: #ff8fc0; --bar: #56a3d4; --bar-soft: #2c4557;
      --good: #1c4436; --mid: #4d4018; --bad: #5a2c17;
    }
    * { box-sizing: border-box }
    body { margin: 0; background: var(--page); color: var(--ink) }
    main, .top { max-width: 100rem; margin: 0 auto; padding: 0 1.25rem }
    .top { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; padding-top: 1rem }
    .top h1 { margin: 0; font-size: 1.5rem }
    .top p { margin: 0; color: var(--soft); flex: 1 1 20rem; overflow-wrap: anywhere }
    h2 { font-size: 1.15rem; margin: 0 0 .6rem }
    h3 { font-size: 1rem; margin: 1rem 0 .4rem; overflow-wrap: anywhere }
    section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
      padding: 1rem; margin: 1rem 0; min-width: 0 }
    .note { color: var(--soft); margin: .2rem 0 .6rem }
    .skip { position: absolute; left: -99rem }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem;
      z-index: 9 }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
    button, select, input { font: inherit; color: inherit; background: var(--card);
      border: 1px solid var(--soft); border-radius: .3rem; padding: .25rem .6rem }
    button { cursor: pointer }
    button:hover { background: var(--hover) }
    button[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink);
      border-color: var(--accent) }
    .tiles { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 0 }
    .tiles div { min-width: 5rem }
    .tiles dt { color: var(--soft); font-size: .87rem }
    .tiles dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
    .tiles .small dd { font-size: 1.05rem; line-height: 2.1rem }
    .pass { color: var(--pass) } .fail { color: var(--fail) } .error { color: var(--error) }
    .verdict { font-weight: 600 }
    .split { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem }
    .split > section { margin: 0 }
    @media (min-width: 70rem) {
      .split.halves { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) }
      .split.work { grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); align-items: start }
      .split.work > .detail { position: sticky; top: .5rem; max-height: calc(100vh - 1rem);
        overflow: auto }
      .split.work > .table { order: -1 }
    }
    .scroll { overflow-x: auto }
    table { border-collapse: collapse; width: 100% }
    caption { text-align: left; color: var(--soft); padding: .2rem 0 }
    th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
      border-bottom: 1px solid var(--line) }
    thead th { border-bottom: 2px solid var(--line); font-weight: 600; white-space: nowrap }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums;
      white-space: nowrap }
    td.wide { min-width: 15rem } td.name { min-width: 13rem }
    td.wide, td.name { overflow-wrap: break-word }
    thead button { border: 0; background: none; padding: 0; font-weight: 600 }
    .rows { max-height: 46rem; overflow: auto; border-top: 1px solid var(--line) }
    .rows thead th { position: sticky; top: 0; background: var(--card); z-index: 1 }
    .rows tbody tr { cursor: pointer; content-visibility: auto; contain-intrinsic-size: auto 2rem }
    .rows tbody tr:hover { background: var(--hover) }
    tr[aria-selected="true"] { background: var(--pick) }
    .rows tbody button, .link { border: 0; background: none; padding: 0; text-align: left;
      color: var(--accent); overflow-wrap: break-word }
    .link:hover, .rows tbody button:hover { background: none; text-decoration: underline }
    .mark { color: var(--soft); font-size: .85rem; white-space: nowrap }
    .filters { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: end;
      margin-bottom: .6rem }
    .filters label { display: grid; font-size: .87rem; color: var(--soft); gap: .1rem }
    .filters label > * { color: var(--ink); font-size: 1rem }
    .filters .grow { flex: 1 1 12rem }
    .chip { background: var(--pick) }
    .meter { display: block; height: .45rem; width: 100%; min-width: 4rem;
      background: var(--bar-soft); border-radius: .2rem; overflow: hidden }
    .meter > i { display: block; height: 100%; background: var(--bar) }
    svg text { fill: var(--soft); font-size: 12px }
    svg .axis { stroke: var(--line) } svg .bar { fill: var(--bar) }
    svg .bar.bad { fill: var(--fail) }
    svg .hit { fill: transparent; cursor: pointer }
    svg .hit:hover { fill: var(--hover); opacity: .5 }
    svg .zero { stroke: var(--soft); stroke-dasharray: 3 3 } svg .whisker { stroke: var(--ink) }
    svg .dot { fill: var(--ink) } svg .dot.better { fill: var(--pass) }
    svg .dot.worse { fill: var(--fail) } svg .dot { fill-opacity: .75 }
    svg { display: block; max-width: 100%; height: auto }
    td > svg { max-width: none }
    td.all { background: var(--good) } td.some { background: var(--mid) }
    td.none { background: var(--bad) }
    .stage { position: relative; background: #dedbd2; border-radius: .4rem; overflow: hidden }
    :root[data-theme="dark"] .stage { background: #24282d }
    .stage canvas { display: block; width: 100%; height: auto; touch-action: none }
    .controls { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .5rem 0 }
    .controls .time { font-variant-numeric: tabular-nums; min-width: 13rem }
    .slider { position: relative; margin: .3rem 0 0 }
    .slider input { width: 100%; margin: 0; padding: 0 }
    .track { position: relative; height: 1.9rem; margin: 0 .5rem }
    .track button { position: absolute; top: .15rem; width: 1.5rem; height: 1.5rem; padding: 0;
      transform: translateX(-50%); border-radius: 50%; font-size: .8rem; line-height: 1 }
    .track .span { position: absolute; top: 0; height: .22rem; min-width: 3px;
      background: var(--fail) }
    .layers { display: flex; flex-wrap: wrap; gap: .2rem .9rem; border: 0; padding: 0;
      margin: .4rem 0 }
    .layers legend { float: left; color: var(--soft); margin-right: .9rem; padding: 0 }
    .layers label, .key span { white-space: nowrap }
    .layers .lacking { color: var(--soft) } .lacking input { cursor: not-allowed }
    kbd { font: inherit; font-size: .8rem; border: 1px solid var(--line); border-radius: .2rem;
      padding: 0 .25rem; background: var(--hover) }
    .told { min-height: 1.45em; font-variant-numeric: tabular-nums }
    .key { display: flex; flex-wrap: wrap; gap: .1rem .9rem; color: var(--soft); font-size: .87rem }
    .key i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem;
      vertical-align: -.1rem; border-radius: .15rem }
    .key i.scores { width: 5rem }
    .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .9rem;
      margin: .5rem 0 }
    .facts dt { color: var(--soft) } .facts dd { margin: 0; overflow-wrap: anywhere }
    ul.plain { margin: .3rem 0; padding-left: 1.2rem } ul.plain li { overflow-wrap: anywhere }
    details > summary { cursor: pointer; color: var(--accent) }
    code { font-size: .9em; overflow-wrap: anywhere }
    @media (max-width: 40rem) {
      main, .top { padding-left: .6rem; padding-right: .6rem }
      section { padding: .7rem }
      .optional { display: none }
      .controls .time { min-width: 100% }
    }
    @media print {
      :root, :root[data-theme="dark"] { --page: #fff; --card: #fff; --ink: #000; --soft: #333;
        --line: #999; color-scheme: light; font-size: 10px }
      section { border: 0; padding: 6px 0 0; break-inside: auto }
      h2, h3 { break-after: avoid }
      .split.work, .split.halves { display: block }
      .filters, .theme, .controls, .slider, .layers, .skip { display: none }
      .rows { max-height: none; overflow: visible }
      .rows thead th { position: static }
      .rows tbody tr { content-visibility: visible }
      .split.work > .detail { position: static; max-height: none }
      tr, svg, .stage { break-inside: avoid }
    }

    """#
}
