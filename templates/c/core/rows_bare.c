/* needs: lanes */
/* The same where passes only add and multiply: memory bounds them, so that the processor should find the next rows
   while it works on these. */
SDV_INLINE ptrdiff_t sd_rows_bare(ptrdiff_t size) { return size >= SD_NEAR / 8 ? 1 : SD_NEAR / 8 / size; }
