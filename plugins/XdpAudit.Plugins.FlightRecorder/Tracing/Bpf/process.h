/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* A process in full: its command line, executable and parents. Read while it acts, so that it is known however soon it ends. */
#ifndef XDPAUDIT_TRACING_PROCESS_H
#define XDPAUDIT_TRACING_PROCESS_H

#include "head.h"

/*
 * Which images of which processes were sent. Our reader remembers more than this; one that falls out here is sent again. A process that has
 * the number of an earlier one, and one that called execve(2), is another key.
 */
struct process_key {
	__u64 start;
	__u64 exec_id;
	__u32 tgid;
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct process_key);
	__type(value, __u32);
} sent SEC(".maps");

/* Room to put long records together. A program is never run inside itself on one processor, so one slot per program is enough. */
enum scratch_slot { SLOT_ENTER, SLOT_EXIT, SLOT_PROCESS_EXIT, SLOT_FUNCTION, SLOTS = 24 };

/*
 * Where a walk of a path is. It is kept in memory, not in registers: the verifier does not follow values there, so one round of the loop
 * looks to it like the next, and it need not try each length of each name.
 */
struct walk {
	__u64 dentry;
	__u64 mnt;
	__u32 at;
	__u32 unused;
};

struct process_room {
	struct process_record record;
	struct walk walk;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct process_room);
} process_scratch SEC(".maps");

/* What bounds the walk: names and mounts. */
#define EXE_STEPS 20

/* One name, or one mount upwards. 0: go on. */
static __always_inline int walk_step(struct process_record *r, volatile struct walk *walk)
{
	struct dentry *dentry = (void *)walk->dentry;
	struct vfsmount *mnt = (void *)walk->mnt;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 at = walk->at;

	if (dentry == parent || dentry == BPF_CORE_READ(mnt, mnt_root)) {
		struct mount *here = container_of(mnt, struct mount, mnt);
		struct mount *above = BPF_CORE_READ(here, mnt_parent);

		if (above == here) {
			r->exe_flags |= EXE_COMPLETE;
			return 1;
		}
		walk->dentry = (__u64)BPF_CORE_READ(here, mnt_mountpoint);
		walk->mnt = (__u64)&above->mnt;
		return 0;
	}
	if (at >= COMMAND_BYTES + EXE_BYTES)
		return 1;
	long n = bpf_probe_read_kernel_str(&r->text[at], NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));
	if (n <= 0)
		return 1;
	walk->at = at + n;
	walk->dentry = (__u64)parent;
	return 0;
}

static __always_inline void fill_exe(struct process_room *room, struct file *exe)
{
	struct process_record *r = &room->record;
	struct dentry *dentry = BPF_CORE_READ(exe, f_path.dentry);

	if (!BPF_CORE_READ(dentry, d_hash.pprev))
		r->exe_flags |= EXE_DELETED;
	room->walk.dentry = (__u64)dentry;
	room->walk.mnt = (__u64)BPF_CORE_READ(exe, f_path.mnt);
	room->walk.at = r->command_bytes;
	for (int i = 0; i < EXE_STEPS; i++)
		if (walk_step(r, &room->walk))
			break;
	r->exe_bytes = room->walk.at - r->command_bytes;
}

static __always_inline void fill_parents(struct process_record *r, struct task_struct *leader)
{
	struct task_struct *parent = leader;

	for (int i = 0; i < PARENTS; i++) {
		parent = BPF_CORE_READ(parent, real_parent, group_leader);
		__u32 tgid = BPF_CORE_READ(parent, tgid);

		if (!tgid)
			break;
		r->parents[i].tgid = tgid;
		bpf_core_read(&r->parents[i].comm, sizeof(r->parents[i].comm), &parent->comm);
		r->parent_count = i + 1;
	}
}

/*
 * Sends the process of a record before it, if that was not done. That it did not fit is no loss: the next record tries again. Global, so that
 * it is verified once and not at every place that calls it.
 */
__noinline int send_process(__u32 slot)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct process_key key = {};
	__u32 one = 1;

	key.start = task->group_leader->start_boottime;
	key.exec_id = task->self_exec_id;
	key.tgid = task->tgid;
	if (bpf_map_lookup_elem(&sent, &key))
		return 0;
	struct process_room *room = bpf_map_lookup_elem(&process_scratch, &slot);
	if (!room)
		return 0;
	struct process_record *r = &room->record;

	fill_head(&r->head, RECORD_PROCESS, 0);
	r->parent_count = 0;
	r->command_bytes = 0;
	r->command_all = 0;
	r->exe_bytes = 0;
	r->exe_flags = 0;
	room->walk.at = 0;
	fill_parents(r, task->group_leader);

	struct mm_struct *mm = task->mm;

	if (mm) {
		unsigned long start = mm->arg_start;
		unsigned long all = mm->arg_end - start;
		__u32 command = all > COMMAND_BYTES ? COMMAND_BYTES : all;

		r->command_all = all;
		if (!bpf_probe_read_user(r->text, command, (void *)start))
			r->command_bytes = command;
		if (mm->exe_file)
			fill_exe(room, mm->exe_file);
	}

	__u64 bytes = *(volatile __u32 *)&r->exe_bytes + *(volatile __u32 *)&r->command_bytes;
	if (bytes > sizeof(r->text))
		return 0;
	if (!bpf_ringbuf_output(&ring, r, __builtin_offsetof(struct process_record, text) + bytes, 0))
		bpf_map_update_elem(&sent, &key, &one, BPF_ANY);
	return 0;
}

/* Its numbers may be given again; what it was is not needed any more. */
static __always_inline void forget_process(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct process_key key = {};

	key.start = task->group_leader->start_boottime;
	key.exec_id = task->self_exec_id;
	key.tgid = task->tgid;
	bpf_map_delete_elem(&sent, &key);
}

#endif
