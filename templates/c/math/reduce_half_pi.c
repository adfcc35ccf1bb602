/* needs: bits two_product */
/* x = q*pi/2 + *r + *low for finite x, |*r| <= pi/4 (a little more at ties): returns q modulo 4. Up to 2^20 by
   subtracting q*pi/2 in four pieces, three of 33 bits so that their products are exact. Beyond, x = m*2^e and
   m*(2/pi)*2^e modulo 4 in integers (Payne and Hanek) from seven 32-bit words of 2/pi: the words above give
   multiples of 4, and 138 bits of the fraction are right, of which cancellation takes about 62 at most. */
static inline unsigned int sd_reduce_half_pi(double x, double *r, double *low) {
    static const unsigned int two_over_pi[39] = { /* two words of zeros, then 2/pi after the binary point */
        0x00000000u, 0x00000000u,
        0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u, 0xDB629599u, 0x3C439041u, 0xFE5163ABu,
        0xDEBBC561u, 0xB7246E3Au, 0x424DD2E0u, 0x06492EEAu, 0x09D1921Cu, 0xFE1DEB1Cu, 0xB129A73Eu,
        0xE88235F5u, 0x2EBB4484u, 0xE99C7026u, 0xB45F7E41u, 0x3991D639u, 0x835339F4u, 0x9C845F8Bu,
        0xBDF9283Bu, 0x1FF897FFu, 0xDE05980Fu, 0xEF2F118Bu, 0x5A0A6D1Fu, 0x6D367ECFu, 0x27CB09B7u,
        0x4F463F66u, 0x9E5FEA2Du, 0x7527BAC7u, 0xEBE5F17Bu, 0x3D0739F7u, 0x8A5292EAu, 0x6BFB5FB1u,
        0x1F8D5D08u, 0x56033046u,
    };
    const double a = x < 0.0 ? -x : x;
    double high;
    double rest;
    unsigned int q;
    if (a < 0.78) {
        *r = x;
        *low = 0.0;
        return 0u;
    }
    if (a < 0x1p20) {
        const double shift = 0x1.8p52; /* adding it rounds to an integer, held in the low bits */
        const double shifted = a * 0x1.45f306dc9c883p-1 + shift;
        const double k = shifted - shift;
        q = (unsigned int)(sd_bits(shifted) & 3u);
        const double first = a - k * 0x1.921fb54400000p+0;
        const double b = k * 0x1.0b4611a600000p-34;
        const double second = first - b;
        const double b_part = first - second;
        const double rest_2 = (first - (second + b_part)) + (b_part - b);
        const double c = k * 0x1.3198a2e000000p-69;
        const double third = second - c;
        const double c_part = second - third;
        const double rest_3 = (second - (third + c_part)) + (c_part - c);
        high = third;
        rest = (rest_2 + rest_3) - k * 0x1.b839a252049c1p-104;
    } else {
        const unsigned long long word = 0xFFFFFFFFu;
        const unsigned long long u = sd_bits(a);
        const unsigned long long m = (u & 0xFFFFFFFFFFFFFu) | 0x10000000000000u;
        const unsigned int place = (unsigned int)(u >> 52) - 1075u + 62u; /* e + 62 */
        const unsigned int *w = two_over_pi + place / 32u;
        const unsigned int left = place % 32u;
        unsigned long long product[8]; /* words, lowest first: m*w modulo 2^224, shifted so that 4 is the end */
        unsigned long long carry = 0u;
        for (int i = 0; i < 7; ++i) {
            const unsigned long long t = w[6 - i] * (m & word) + carry;
            product[i] = t & word;
            carry = t >> 32;
        }
        carry = 0u;
        for (int i = 1; i < 7; ++i) {
            const unsigned long long t = w[7 - i] * (m >> 32) + product[i] + carry;
            product[i] = t & word;
            carry = t >> 32;
        }
        for (int i = 6; i > 0; --i) product[i] = ((product[i] << left) | (product[i - 1] >> (32u - left))) & word;
        q = (unsigned int)(product[6] >> 30);
        const int above = (product[6] & 0x20000000u) != 0u; /* fraction >= 1/2: go down from the next multiple */
        if (above) {
            q += 1u;
            for (int i = 1; i < 7; ++i) product[i] ^= word;
        }
        product[6] &= 0x3FFFFFFFu;
        double fraction = 0.0;
        double fraction_low = 0.0;
        double unit = 0x1p-30;
        for (int i = 6; i > 0; --i) {
            const double part = (double)(unsigned int)product[i] * unit;
            const double sum = fraction + part;
            fraction_low += (fraction - sum) + part;
            fraction = sum;
            unit *= 0x1p-32;
        }
        if (above) {
            fraction = -fraction;
            fraction_low = -fraction_low;
        }
        high = sd_two_product(fraction, 0x1.921fb54442d18p+0, &rest);
        rest += fraction * 0x1.1a62633145c07p-54 + fraction_low * 0x1.921fb54442d18p+0;
    }
    const double sum = high + rest;
    const double sum_low = (high - sum) + rest;
    *r = x < 0.0 ? -sum : sum;
    *low = x < 0.0 ? -sum_low : sum_low;
    return (x < 0.0 ? 0u - q : q) & 3u;
}
