/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Processes that were seen to get a descriptor of a program or link: only their end is told. One that inherits or is sent one is not among them. */
#ifndef XDPAUDIT_TRACING_HOLDERS_H
#define XDPAUDIT_TRACING_HOLDERS_H

#include "process.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u32);
} holders SEC(".maps");

static __always_inline void note_holder(__u32 slot)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32, one = 1;

	/* Now, while it has its memory: at its end it has none any more. */
	send_process(slot);
	bpf_map_update_elem(&holders, &tgid, &one, BPF_ANY);
}

/* True once for each that was noted. */
static __always_inline int was_holder(void)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;

	return !bpf_map_delete_elem(&holders, &tgid);
}

#endif
