/* needs: exp_parts_f32 */
/* exp(x) in float for an x worked out in double, what rounding to float takes from it included. */
SDV_INLINE float sdv_exp_of_f32(double x) {
    const float high = (float)x;
    const float low = (float)(x - (double)high);
    return sdv_exp_parts_f32(high, high > -128.0f && high < 128.0f ? low : 0.0f, 0.0f);
}
