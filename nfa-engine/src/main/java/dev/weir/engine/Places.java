package dev.weir.engine;

/** Places on the earth, as latitude (high) and longitude (low) in units of 10^-7 degree. */
final class Places {
  private static final double EARTH_METRES = 6_371_008.8; // mean radius
  private static final double UNIT = 1e-7 * StrictMath.PI / 180;

  private Places() {}

  /** Metres along a great circle of a sphere, half even. The same on every machine. */
  static long metres(long a, long b) {
    double latitudeA = (int) (a >> 32) * UNIT;
    double latitudeB = (int) (b >> 32) * UNIT;
    double north = StrictMath.sin((latitudeB - latitudeA) / 2);
    double east = StrictMath.sin(((long) (int) b - (int) a) * UNIT / 2);
    double h = north * north + StrictMath.cos(latitudeA) * StrictMath.cos(latitudeB) * east * east;
    return (long)
        StrictMath.rint(2 * EARTH_METRES * StrictMath.asin(StrictMath.sqrt(Math.min(1, h))));
  }
}
