/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into a program: its wall clock and its boot clock stand off by what the file FAULTS_CLOCK says, two 64-bit
 * numbers of microseconds that may change at any time. The monotonic clock is left alone. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int    clock_gettime (clockid_t clock, struct timespec *now);
int    gettimeofday (struct timeval *restrict now, void *restrict zone);
time_t time (time_t *now);

static int (*real_clock_gettime) (clockid_t clock, struct timespec *now);
static const volatile int64_t *offsets;

__attribute__ ((constructor)) static void
start (void)
{
  const char *path = getenv ("FAULTS_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map;

  real_clock_gettime = (int (*) (clockid_t, struct timespec *)) dlsym (RTLD_NEXT, "clock_gettime");
  if (fd < 0)
    return;
  map = mmap (NULL, 2 * sizeof *offsets, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED)
    offsets = map;
  close (fd);
}

int
clock_gettime (clockid_t        clock,
               struct timespec *now)
{
  int64_t usec;

  if (real_clock_gettime == NULL)
    start ();
  if (real_clock_gettime (clock, now) != 0)
    return -1;
  if (offsets == NULL || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE && clock != CLOCK_BOOTTIME))
    return 0;
  usec = now->tv_nsec / 1000 + offsets[clock == CLOCK_BOOTTIME] % 1000000;
  now->tv_sec += offsets[clock == CLOCK_BOOTTIME] / 1000000;
  while (usec < 0)
    {
      usec += 1000000;
      now->tv_sec--;
    }
  now->tv_sec += usec / 1000000;
  now->tv_nsec = usec % 1000000 * 1000 + now->tv_nsec % 1000;
  return 0;
}

int
gettimeofday (struct timeval *restrict now,
              void *restrict           zone)
{
  struct timespec precise;

  if (clock_gettime (CLOCK_REALTIME, &precise) != 0)
    return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *now)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  if (now != NULL)
    *now = precise.tv_sec;
  return precise.tv_sec;
}
