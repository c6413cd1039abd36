/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The ring, what did not fit into it, and the start of every record. */
#ifndef XDPAUDIT_TRACING_HEAD_H
#define XDPAUDIT_TRACING_HEAD_H

#include "records.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} ring SEC(".maps");

/* Set before loading, mirrored in C# (Settings.cs). One structure: nothing else is in .rodata, so its place there is known. */
const volatile struct {
	__u32 all_types;
	__u32 tell_closes;
	__u32 self; /* whose closes are not told: ours, */
	__u32 auditor; /* and those of the auditor that we work for */
} settings = {};

enum drop_reason {
	DROP_RING_FULL = 0,  /* no room in the ring */
	DROP_CALLS_FULL = 1, /* too many system calls under way at once */
	DROP_UNSEEN = 2,     /* the call succeeded, and what it made was gone before it was looked at */
	/* 3: what the kernel left out itself, which it counts */
	DROP_REASONS = 4,
};

/* Mirrored in C# (Records.cs), and alone in .bss. */
struct {
	__u64 dropped[DROP_REASONS];
	__u64 happened[RECORD_KINDS]; /* what there was to tell, whether it fit or not */
	__u64 marked[4]; /* by the order of enum mark: a hook that tells nothing fired */
	/* Closes of our own and ends of processes that held nothing: told to nobody, but the hook fired. */
	__u64 untold_closes;
	__u64 untold_exits;
} counters = {};

static __always_inline void drop(enum drop_reason reason)
{
	__sync_fetch_and_add(&counters.dropped[reason], 1);
}

static __always_inline void tell_net(__u64 *cookie, __u32 *inode, struct net *net)
{
	*cookie = 0;
	*inode = BPF_CORE_READ(net, ns.inum);
	if (bpf_core_field_exists(net->net_cookie))
		*cookie = BPF_CORE_READ(net, net_cookie);
}

static __always_inline void fill_head(struct head *head, __u32 kind, __s32 result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct nsproxy *namespaces = task->nsproxy;

	head->boot_ns = bpf_ktime_get_boot_ns();
	head->process_start = task->group_leader->start_boottime;
	head->exec_id = task->self_exec_id;
	head->cgroup_id = bpf_get_current_cgroup_id();
	head->netns_cookie = 0;
	head->netns_inode = 0;
	if (namespaces)
		tell_net(&head->netns_cookie, &head->netns_inode, namespaces->net_ns);
	head->kind = kind;
	head->flags = task->flags & PF_KTHREAD ? HEAD_KERNEL_THREAD : 0;
	head->tgid = task->tgid;
	head->tid = task->pid;
	head->uid = bpf_get_current_uid_gid();
	head->loginuid = -1;
	if (bpf_core_field_exists(task->loginuid))
		head->loginuid = task->loginuid.val;
	head->result = result;
	bpf_get_current_comm(head->comm, sizeof(head->comm));
}

/* A record with its head, or NULL, which is counted. What follows the head is not cleared. */
static __always_inline void *reserve(__u64 bytes, __u32 kind, __s32 result)
{
	struct head *head = bpf_ringbuf_reserve(&ring, bytes, 0);

	__sync_fetch_and_add(&counters.happened[kind], 1);
	if (!head) {
		drop(DROP_RING_FULL);
		return 0;
	}
	fill_head(head, kind, result);
	return head;
}

#endif
