/* Password hashes that offer their core to other threads; hash_yield.c says why. */
#ifndef ACCOUNTD_HASH_YIELD_H
#define ACCOUNTD_HASH_YIELD_H

/* From now on the calling thread yields, twice a millisecond at most, between hash_yield_begin and hash_yield_end, until it ends. Gives 0,
   or errno where the kernel has no timer for it. */
int hash_yield_prepare(void);

/* Around each hash; on a thread that was not prepared they do nothing. */
void hash_yield_begin(void);
void hash_yield_end(void);

/* How often the calling thread has yielded. */
unsigned long hash_yield_count(void);

#endif
