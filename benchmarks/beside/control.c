/* The control of the jitter benchmark: sleeps until each beat and computes for a while, as the frame loop does, in C.
 *
 * `control PERIOD_NS IS_RAISED`. A turn is asked for by a line "FRAMES WORK_NS" on standard input and answered with
 * FRAMES numbers of 64 bits on standard output: from the beat to the end of the work, in nanoseconds. As in
 * vret.headset.pacing, a late frame misses whole beats. With IS_RAISED 1 it takes the priority of vret.memory.priority.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static int64_t ns_of(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_until(int64_t ns) {
    struct timespec t = {ns / 1000000000, ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL)) {}
}

int main(int count, char **arguments) {
    int64_t period = atoll(arguments[1]), frames, work;
    struct sched_param lowest = {1};
    if (count > 2 && atoi(arguments[2]) && sched_setscheduler(0, SCHED_RR, &lowest)) setpriority(PRIO_PROCESS, 0, -10);
    while (scanf("%ld %ld", &frames, &work) == 2) {
        int64_t *spent = malloc(frames * sizeof *spent), beat = ns_of(CLOCK_MONOTONIC);
        for (int64_t i = 0; i < frames; i++) {
            int64_t now = ns_of(CLOCK_MONOTONIC);
            beat += period;
            if (beat < now) beat += (now - beat) / period * period + period;
            sleep_until(beat);
            int64_t until = ns_of(CLOCK_THREAD_CPUTIME_ID) + work;
            while (ns_of(CLOCK_THREAD_CPUTIME_ID) < until) {}
            spent[i] = ns_of(CLOCK_MONOTONIC) - beat;
        }
        fwrite(spent, sizeof *spent, frames, stdout);
        fflush(stdout);
        free(spent);
    }
    return 0;
}
