// Tracks on a plain canvas: equal scale in both directions, north up, all of it in view.

import { colour, number } from "./dom.js";

const PADDING = 28;
const METRES_PER_DEGREE = 111_195;
const SHADES = 32;
// From low to high; each stop is told from its neighbours by lightness too.
const STOPS = [[49, 86, 178], [28, 144, 166], [76, 175, 92], [226, 164, 30], [206, 62, 46]];

/** The colour of a part of the scale, from 0 to 1. */
export function shade(part) {
  const at = Math.min(0.9999, Math.max(0, part)) * (STOPS.length - 1);
  const from = STOPS[Math.floor(at)];
  const to = STOPS[Math.floor(at) + 1];
  const mix = at - Math.floor(at);
  return `rgb(${from.map((value, index) => Math.round(value + (to[index] - value) * mix)).join(" ")})`;
}

/** All lines of any GeoJSON, as lists of [longitude, latitude, altitude]. */
export function linesOf(geo) {
  switch (geo?.type) {
    case "FeatureCollection":
      return geo.features.flatMap(linesOf);
    case "Feature":
      return linesOf(geo.geometry);
    case "GeometryCollection":
      return geo.geometries.flatMap(linesOf);
    case "LineString":
      return [geo.coordinates];
    case "MultiLineString":
      return geo.coordinates;
    default:
      return [];
  }
}

/** What a track is in numbers: its length on the ground, its altitudes. */
export function measure(lines) {
  let metres = 0;
  let least = Infinity;
  let most = -Infinity;
  let points = 0;
  for (const line of lines) {
    points += line.length;
    line.forEach(([longitude, latitude, altitude], index) => {
      if (Number.isFinite(altitude)) {
        least = Math.min(least, altitude);
        most = Math.max(most, altitude);
      }
      if (index > 0) {
        const [beforeLongitude, beforeLatitude] = line[index - 1];
        const east = (longitude - beforeLongitude) * Math.cos((latitude * Math.PI) / 180);
        metres += METRES_PER_DEGREE * Math.hypot(east, latitude - beforeLatitude);
      }
    });
  }
  return { metres, points, least: points && least < Infinity ? least : undefined, most: most > -Infinity ? most : undefined };
}

function bounds(lines) {
  const box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  for (const line of lines) {
    for (const [longitude, latitude] of line) {
      box.west = Math.min(box.west, longitude);
      box.east = Math.max(box.east, longitude);
      box.south = Math.min(box.south, latitude);
      box.north = Math.max(box.north, latitude);
    }
  }
  return box;
}

/** From degrees to pixels; longitudes shrink with the cosine of the latitude in the middle. */
function projection(box, width, height) {
  const shrink = Math.cos((((box.south + box.north) / 2) * Math.PI) / 180);
  const across = Math.max((box.east - box.west) * shrink, 1e-4);
  const up = Math.max(box.north - box.south, 1e-4);
  const scale = Math.min((width - 2 * PADDING) / across, (height - 2 * PADDING) / up);
  const left = (width - across * scale) / 2;
  const top = (height - up * scale) / 2;
  return {
    point: ([longitude, latitude]) => [left + (longitude - box.west) * shrink * scale, top + (box.north - latitude) * scale],
    pixelsPerMetre: scale / METRES_PER_DEGREE,
  };
}

function prepared(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  return { pen, width, height };
}

/** Strokes a line in runs of one shade, for a stroke per point would be slow. */
function strokeByAltitude(pen, line, point, least, most) {
  const shadeOf = (altitude) => Math.round((SHADES * ((altitude ?? least) - least)) / Math.max(1, most - least));
  let index = 1;
  while (index < line.length) {
    const its = shadeOf(line[index][2]);
    pen.beginPath();
    pen.moveTo(...point(line[index - 1]));
    while (index < line.length && shadeOf(line[index][2]) === its) {
      pen.lineTo(...point(line[index]));
      index++;
    }
    pen.strokeStyle = shade(its / SHADES);
    pen.stroke();
  }
}

function strokePlain(pen, line, point, its) {
  pen.beginPath();
  line.forEach((at, index) => (index === 0 ? pen.moveTo(...point(at)) : pen.lineTo(...point(at))));
  pen.strokeStyle = its;
  pen.stroke();
}

function mark(pen, [left, top], text, isStart) {
  pen.beginPath();
  if (isStart) {
    pen.arc(left, top, 6, 0, 2 * Math.PI);
  } else {
    pen.rect(left - 5.5, top - 5.5, 11, 11);
  }
  pen.fillStyle = colour(isStart ? "--good" : "--bad");
  pen.strokeStyle = colour("--card");
  pen.lineWidth = 2;
  pen.fill();
  pen.stroke();
  if (text) {
    pen.font = "600 12px system-ui, sans-serif";
    pen.lineWidth = 3.5;
    pen.strokeText(text, left + 10, top + 4);
    pen.fillStyle = colour("--text");
    pen.fillText(text, left + 10, top + 4);
  }
}

/** A bar of a round number of metres, about a fifth of the width. */
function scaleBar(pen, width, height, pixelsPerMetre) {
  const wanted = width / 5 / pixelsPerMetre;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const metres = [5, 2, 1].map((factor) => factor * power).find((length) => length <= wanted) ?? power;
  const right = width - 14;
  const left = right - metres * pixelsPerMetre;
  pen.beginPath();
  pen.moveTo(left, height - 18);
  pen.lineTo(left, height - 12);
  pen.lineTo(right, height - 12);
  pen.lineTo(right, height - 18);
  pen.strokeStyle = colour("--quiet");
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fillStyle = colour("--quiet");
  pen.font = "12px system-ui, sans-serif";
  pen.textAlign = "right";
  pen.fillText(metres >= 1000 ? `${number(metres / 1000, 1)} km` : `${number(metres)} m`, right, height - 22);
  pen.textAlign = "left";
}

/**
 * Draws tracks.
 *
 * @param tracks each with `lines`, and a `colour` unless it is the only one, whose altitudes are shown then
 * @returns the altitudes of the scale, for its legend
 */
export function draw(canvas, tracks) {
  const { pen, width, height } = prepared(canvas);
  const lines = tracks.flatMap((track) => track.lines).filter((line) => line.length > 0);
  if (lines.length === 0) {
    pen.fillStyle = colour("--quiet");
    pen.font = "14px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillText("No track", width / 2, height / 2);
    return {};
  }
  const { point, pixelsPerMetre } = projection(bounds(lines), width, height);
  const altitudes = measure(lines);
  const single = tracks.length === 1;
  for (const track of tracks) {
    pen.lineWidth = single ? 2.5 : 1.75;
    for (const line of track.lines) {
      if (single && altitudes.most !== undefined) {
        strokeByAltitude(pen, line, point, altitudes.least, altitudes.most);
      } else {
        strokePlain(pen, line, point, track.colour ?? colour("--series-0"));
      }
    }
  }
  for (const track of tracks) {
    const its = track.lines.filter((line) => line.length > 0);
    if (its.length > 0) {
      mark(pen, point(its.at(-1).at(-1)), single ? "end" : "", false);
      mark(pen, point(its[0][0]), single ? "start" : "", true);
    }
  }
  scaleBar(pen, width, height, pixelsPerMetre);
  return altitudes;
}

/** The scale itself, from left to right. */
export function drawScale(canvas) {
  const { pen, width, height } = prepared(canvas);
  for (let left = 0; left < width; left++) {
    pen.fillStyle = shade(left / width);
    pen.fillRect(left, 0, 1, height);
  }
}
