/** Where something was, as the device gave it. */
export interface Position {
  id: string;
  label: string;
  latitude: number;
  longitude: number;
  /** The radius in metres within which the device believes to have been. */
  accuracyM: number;
}

interface ProjectedPosition {
  position: Position;
  /** Pixels of the drawing. */
  x: number;
  y: number;
  /** The accuracy's radius in pixels. */
  radius: number;
}

export interface Projection {
  positions: ProjectedPosition[];
  pixelsPerMeter: number;
  /** A round length in metres for the scale, a quarter of the drawing's width at most. */
  scaleM: number;
}

/** Metres of one degree of latitude; within 0.6 % everywhere (WGS 84). */
const METERS_PER_DEGREE = 111_320;
/** The least extent that is shown: below it, everything is within the accuracy of a phone. */
const LEAST_EXTENT_M = 20;

/**
 * Places positions on a plane by their distances east and north of the middle: true to scale over some ten kilometres,
 * which is what one inspection covers. Positions on both sides of the 180th meridian stay beside each other.
 */
export function projectPositions(
  positions: readonly Position[],
  width: number,
  height: number,
  margin: number,
): Projection {
  const first = positions[0];
  if (first === undefined) return { positions: [], pixelsPerMeter: 1, scaleM: 1 };
  const eastOf = (longitude: number): number => ((((longitude - first.longitude + 180) % 360) + 360) % 360) - 180;
  const latitudes = positions.map(({ latitude }) => latitude);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const metersEast = METERS_PER_DEGREE * Math.cos((middle * Math.PI) / 180);
  const placed = positions.map((position) => ({
    position,
    east: eastOf(position.longitude) * metersEast,
    north: (position.latitude - middle) * METERS_PER_DEGREE,
  }));
  const side = (value: (place: (typeof placed)[number]) => number): [number, number] => {
    const low = Math.min(...placed.map((place) => value(place) - place.position.accuracyM));
    const high = Math.max(...placed.map((place) => value(place) + place.position.accuracyM));
    return [(low + high) / 2, Math.max(LEAST_EXTENT_M, high - low)];
  };
  const [centerEast, extentEast] = side(({ east }) => east);
  const [centerNorth, extentNorth] = side(({ north }) => north);
  const pixelsPerMeter = Math.min((width - margin * 2) / extentEast, (height - margin * 2) / extentNorth);
  return {
    positions: placed.map(({ position, east, north }) => ({
      position,
      x: width / 2 + (east - centerEast) * pixelsPerMeter,
      y: height / 2 - (north - centerNorth) * pixelsPerMeter,
      radius: position.accuracyM * pixelsPerMeter,
    })),
    pixelsPerMeter,
    scaleM: roundBelow(width / 4 / pixelsPerMeter),
  };
}

/** The greatest of 1, 2, 5 times a power of ten that is not above. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([5, 2, 1].find((step) => step * power <= value) ?? 1) * power;
}
