/* Memory that a thread keeps from one password hash to the next; hash_memory.c says why. */
#ifndef ACCOUNTD_HASH_MEMORY_H
#define ACCOUNTD_HASH_MEMORY_H

/* From now on the calling thread keeps the memory of its hashes until it ends. */
void hash_memory_keep(void);

#endif
