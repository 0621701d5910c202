// Draws the charts with colours from the style sheet, so that light and dark have one source.
"use strict";

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const seriesColours = new Map();

// The same name keeps its colour in every chart of the page.
function seriesColour(name) {
  if (!seriesColours.has(name)) {
    seriesColours.set(name, seriesColours.size % 8);
  }
  return colour("--series-" + seriesColours.get(name));
}

function options(chart) {
  const axis = { ticks: { color: colour("--quiet") }, grid: { color: colour("--line") } };
  return {
    animation: false,
    maintainAspectRatio: false,
    plugins: { legend: { labels: { color: colour("--text") }, display: chart.series.length > 1 } },
    scales: {
      x: axis,
      y: {
        ...axis,
        type: chart.logarithmic ? "logarithmic" : "linear",
        title: { display: chart.logarithmic, text: "logarithmic", color: colour("--quiet") },
        beginAtZero: true,
      },
    },
  };
}

function data(chart) {
  return {
    // A part to a line: long labels would be turned and hard to read.
    labels: chart.categories.map((label) => label.split(", ")),
    datasets: chart.series.map((series) => ({
      label: series.name,
      data: series.values,
      backgroundColor: seriesColour(series.name),
      borderRadius: 3,
    })),
  };
}

let drawn = [];

function draw() {
  drawn.forEach((chart) => chart.destroy());
  drawn = [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
    const chart = charts[Number(canvas.dataset.chart)];
    return new Chart(canvas, { type: "bar", data: data(chart), options: options(chart) });
  });
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
