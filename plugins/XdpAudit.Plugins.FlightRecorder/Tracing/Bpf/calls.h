/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* System calls under way: what was seen at their start and is needed at their end. */
#ifndef XDPAUDIT_TRACING_CALLS_H
#define XDPAUDIT_TRACING_CALLS_H

#include "head.h"

#define CALL_NETLINK 0x1000 /* not a bpf_cmd */

struct call {
	__u64 attr; /* of bpf(2), in the caller's memory */
	__u32 command;
	__u32 attr_bytes;
	__u32 fd;	     /* the link's or program's */
	__u32 link;	     /* update, detach */
	__u32 old_program;   /* update, detach */
	__u32 before[MODES]; /* netlink */
	struct net *net;     /* netlink */
	struct device device;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

static __always_inline void remember_call(struct call *call)
{
	__u64 thread = bpf_get_current_pid_tgid();

	if (bpf_map_update_elem(&calls, &thread, call, BPF_ANY))
		drop(DROP_CALLS_FULL);
}

/* Gives back the call of this thread, once. */
static __always_inline int recall(struct call *call)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct call *found = bpf_map_lookup_elem(&calls, &thread);

	if (!found)
		return 0;
	*call = *found;
	bpf_map_delete_elem(&calls, &thread);
	return 1;
}

#endif
