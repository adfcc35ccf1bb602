/* needs: inline */
/* log(1 + f) - f = -f^2/2 + f^3*P(f) for |f| <= 1/3, P minimax (2^-27.7 relative to log(1 + f)). */
SDV_INLINE float sdv_log_tail_f32(float f) {
    float p = -0x1.080c2ap-3f;
    p = p * f + 0x1.1e8428p-3f;
    p = p * f - 0x1.f30e84p-4f;
    p = p * f + 0x1.1ed19cp-3f;
    p = p * f - 0x1.559de2p-3f;
    p = p * f + 0x1.99d076p-3f;
    p = p * f - 0x1.fffefp-3f;
    p = p * f + 0x1.555506p-2f;
    return (f * f) * (f * p - 0.5f);
}
