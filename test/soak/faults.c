/* Makes single calls to the file system fail, shorten or wait, as a disk does that is full, broken or slow: preloaded (LD_PRELOAD) into the
   processes of a soak, so that decoders, SQLite and Firebird meet the same faults as Node. What is to happen stands in a file that all of
   them share (FIREFOLIO_FAULTS); only paths below the folder that is named there are touched. faults.ts compiles and drives it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { OPEN, WRITE, SYNC, RENAME, LINK, MKDIR, RM, CALLS };
enum how { NOTHING, FAIL, SHORT, LATE, FULL };
enum { KINDS = 512, CALL_BITS = 3 };

/* One call on files of one kind: those whose paths differ in numbers and hashes alone. */
struct kind { uint32_t key, count; char path[120]; };

struct shared {
  uint32_t armed, key, nth, how, error, pid, struck, unused;
  char folder[PATH_MAX];
  struct kind kinds[KINDS];
};
static struct shared *shared;

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FIREFOLIO_FAULTS");
  REAL(open);
  int file = path ? real(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *place = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (place != MAP_FAILED) shared = place;
  close(file);
}

/* Paths of one kind have one number, which is not 0 and leaves room for a call. */
static uint32_t number_of(const char *path) {
  uint32_t number = 2166136261u;
  for (; *path; path++)
    if (!strchr("0123456789abcdef-", *path)) number = (number ^ (unsigned char)*path) * 16777619u;
  number <<= CALL_BITS;
  return number ? number : 1u << CALL_BITS;
}

/* @returns the number of the path, with the place of what it tells below the folder; 0 where it is not watched */
static uint32_t watched(const char *path, char *told) {
  char full[PATH_MAX * 2];
  if (!shared || !shared->armed || !path) return 0;
  if (shared->pid != 0 && shared->pid != (uint32_t)getpid()) return 0;
  if (path[0] != '/') {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(full, sizeof full, "%s/%s", here, path);
    path = full;
  }
  size_t length = strlen(shared->folder);
  if (strncmp(path, shared->folder, length) != 0) return 0;
  snprintf(told, sizeof shared->kinds->path, "%s", path + length);
  return number_of(path + length);
}

static uint32_t watched_file(int file, char *told) {
  if (!shared || !shared->armed) return 0;
  char link[40], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return watched(path, told);
}

/* Counts a call. @param number of its file, 0 of one that is not watched. @returns how it is to go wrong, if it is its turn */
static enum how meet(enum call call, uint32_t number, const char *told) {
  if (!number) return NOTHING;
  uint32_t key = number | call, at = 0, other = 0;
  struct kind *kind;
  do {
    kind = &shared->kinds[(key + at) % KINDS];
    other = 0;
    if (__atomic_compare_exchange_n(&kind->key, &other, key, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) strcpy(kind->path, told);
  } while (other != 0 && other != key && ++at < KINDS);
  if (at == KINDS) return NOTHING;
  uint32_t nth = __atomic_add_fetch(&kind->count, 1, __ATOMIC_SEQ_CST);
  /* a disk that has become full stays it, whatever is written */
  if (shared->how == FULL && shared->struck > 0 && call == WRITE) {
    errno = (int)shared->error;
    return FAIL;
  }
  if (shared->how == NOTHING || shared->key != key || nth != shared->nth) return NOTHING;
  __atomic_add_fetch(&shared->struck, 1, __ATOMIC_SEQ_CST);
  if (shared->how == LATE) usleep(50000);
  if (shared->how == FAIL || shared->how == FULL) errno = (int)shared->error;
  return shared->how == FULL ? FAIL : shared->how;
}

#define TOLD char told[sizeof shared->kinds->path]
#define PATHS(call, number, type, name, declared, given) \
  type name declared { REAL(name); TOLD; if (meet(call, number, told) == FAIL) return -1; return real given; }

static int opened(const char *path, int flags) {
  TOLD;
  return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && meet(OPEN, watched(path, told), told) == FAIL;
}
#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    REAL(name); \
    if (opened(path, flags)) return -1; \
    return real(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)
#define OPENS_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    REAL(name); \
    if (path && path[0] == '/' && opened(path, flags)) return -1; \
    return real(folder, path, flags, mode); \
  }
OPENS_AT(openat)
OPENS_AT(openat64)
#define STREAMS(name) \
  FILE *name(const char *path, const char *mode) { \
    REAL(name); \
    if (mode[0] != 'r' && opened(path, O_WRONLY)) return NULL; \
    return real(path, mode); \
  }
STREAMS(fopen)
STREAMS(fopen64)

#define WRITES(name, declared, whole, half) \
  ssize_t name declared { \
    REAL(name); \
    TOLD; \
    enum how how = meet(WRITE, watched_file(file, told), told); \
    if (how == FAIL) return -1; \
    if (how == SHORT) return half; \
    return whole; \
  }
#define HALF(n) ((n) > 1 ? (n) / 2 : (n))
WRITES(write, (int file, const void *bytes, size_t n), real(file, bytes, n), real(file, bytes, HALF(n)))
WRITES(pwrite, (int file, const void *bytes, size_t n, off_t at), real(file, bytes, n, at), real(file, bytes, HALF(n), at))
WRITES(pwrite64, (int file, const void *bytes, size_t n, off64_t at), real(file, bytes, n, at), real(file, bytes, HALF(n), at))
WRITES(writev, (int file, const struct iovec *parts, int n), real(file, parts, n), write(file, parts->iov_base, HALF(parts->iov_len)))
WRITES(pwritev, (int file, const struct iovec *parts, int n, off_t at), real(file, parts, n, at), pwrite(file, parts->iov_base, HALF(parts->iov_len), at))
WRITES(pwritev64, (int file, const struct iovec *parts, int n, off64_t at), real(file, parts, n, at), pwrite64(file, parts->iov_base, HALF(parts->iov_len), at))

PATHS(WRITE, watched_file(file, told), int, ftruncate, (int file, off_t size), (file, size))
PATHS(WRITE, watched_file(file, told), int, ftruncate64, (int file, off64_t size), (file, size))
PATHS(SYNC, watched_file(file, told), int, fsync, (int file), (file))
PATHS(SYNC, watched_file(file, told), int, fdatasync, (int file), (file))
PATHS(RENAME, watched(to, told), int, rename, (const char *from, const char *to), (from, to))
PATHS(LINK, watched(to, told), int, link, (const char *from, const char *to), (from, to))
PATHS(LINK, watched(to, told), int, symlink, (const char *from, const char *to), (from, to))
PATHS(MKDIR, watched(path, told), int, mkdir, (const char *path, mode_t mode), (path, mode))
PATHS(RM, watched(path, told), int, unlink, (const char *path), (path))
PATHS(RM, watched(path, told), int, rmdir, (const char *path), (path))
