/* needs: inline bits */
/* x*y = result + *low to about 2^-106, the result within one rounding of x*y. Each factor is cut after 26 bits
   through its bit pattern; every partial product but the smallest is exact, so a compiler that fuses products with
   sums changes nothing. *low loses bits where x*y is below 2^-969. */
SDV_INLINE double sd_two_product(double x, double y, double *low) {
    const double x_high = sd_from_bits(sd_bits(x) & 0xFFFFFFFFF8000000u);
    const double y_high = sd_from_bits(sd_bits(y) & 0xFFFFFFFFF8000000u);
    const double x_low = x - x_high;
    const double y_low = y - y_high;
    const double a = x_high * y_high;
    const double b = x_high * y_low;
    const double c = x_low * y_high;
    const double cross = b + c;
    const double c_part = cross - b;
    const double cross_rest = (b - (cross - c_part)) + (c - c_part);
    const double high = a + cross;
    *low = ((a - high) + cross) + (cross_rest + x_low * y_low);
    return high;
}
