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
enum how { NOTHING, FAIL, SHORT, LATE };

struct shared {
  uint32_t armed, call, nth, times, how, error, pid, struck;
  uint32_t counts[CALLS + 1];
  char folder[PATH_MAX];
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

static int is_watched(const char *path) {
  char full[PATH_MAX * 2];
  if (!shared || !shared->armed || !path) return 0;
  if (shared->pid != 0 && shared->pid != (uint32_t)getpid()) return 0;
  if (path[0] != '/') {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(full, sizeof full, "%s/%s", here, path);
    path = full;
  }
  return strncmp(path, shared->folder, strlen(shared->folder)) == 0;
}

static int is_watched_file(int file) {
  if (!shared || !shared->armed) return 0;
  char link[40], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_watched(path);
}

/* Counts a call. @returns how it is to go wrong, if it is its turn */
static enum how meet(enum call call) {
  uint32_t nth = __atomic_add_fetch(&shared->counts[call], 1, __ATOMIC_SEQ_CST);
  if (shared->how == NOTHING || shared->call != call || nth < shared->nth || nth - shared->nth >= shared->times)
    return NOTHING;
  __atomic_add_fetch(&shared->struck, 1, __ATOMIC_SEQ_CST);
  if (shared->how == LATE) usleep(50000);
  if (shared->how == FAIL) errno = (int)shared->error;
  return shared->how;
}

#define PATHS(call, watched, type, name, declared, given) \
  type name declared { REAL(name); if (watched && meet(call) == FAIL) return -1; return real given; }

static int opened(const char *path, int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && is_watched(path) && meet(OPEN) == FAIL;
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
    enum how how = is_watched_file(file) ? meet(WRITE) : NOTHING; \
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

PATHS(WRITE, is_watched_file(file), int, ftruncate, (int file, off_t size), (file, size))
PATHS(WRITE, is_watched_file(file), int, ftruncate64, (int file, off64_t size), (file, size))
PATHS(SYNC, is_watched_file(file), int, fsync, (int file), (file))
PATHS(SYNC, is_watched_file(file), int, fdatasync, (int file), (file))
PATHS(RENAME, is_watched(to), int, rename, (const char *from, const char *to), (from, to))
PATHS(LINK, is_watched(to), int, link, (const char *from, const char *to), (from, to))
PATHS(LINK, is_watched(to), int, symlink, (const char *from, const char *to), (from, to))
PATHS(MKDIR, is_watched(path), int, mkdir, (const char *path, mode_t mode), (path, mode))
PATHS(RM, is_watched(path), int, unlink, (const char *path), (path))
PATHS(RM, is_watched(path), int, rmdir, (const char *path), (path))
