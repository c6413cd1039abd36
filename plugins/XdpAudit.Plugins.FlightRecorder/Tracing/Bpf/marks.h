/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Threads inside an operation on an xdp link. dev_xdp_install is called for links too and is not told by whom: what is not marked comes from
 * rtnetlink, or from a device that goes.
 */
#ifndef XDPAUDIT_TRACING_MARKS_H
#define XDPAUDIT_TRACING_MARKS_H

#include "head.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u32);
} link_operations SEC(".maps");

/* One is inside another: bpf_xdp_link_detach calls bpf_xdp_link_release. */
enum mark { MARK_ATTACH = 1, MARK_RELEASE = 2, MARK_DETACH = 4, MARK_UPDATE = 8 };

static __always_inline __u32 marks(void)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 *found = bpf_map_lookup_elem(&link_operations, &thread);

	return found ? *found : 0;
}

static __always_inline void set_marks(__u32 value)
{
	__u64 thread = bpf_get_current_pid_tgid();

	if (value)
		bpf_map_update_elem(&link_operations, &thread, &value, BPF_ANY);
	else
		bpf_map_delete_elem(&link_operations, &thread);
}

static __always_inline void mark(enum mark mark)
{
	__sync_fetch_and_add(&counters.marked[mark == MARK_ATTACH ? 0 : mark == MARK_RELEASE ? 1 : mark == MARK_DETACH ? 2 : 3], 1);
	set_marks(marks() | mark);
}

#endif
