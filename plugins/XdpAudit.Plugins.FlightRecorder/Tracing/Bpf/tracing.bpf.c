// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Three BTF tracepoints: the start and end of every system call, and the end of processes. Who asked for what, with which result, is told
 * at the end of the call, when its effect is there to be read. Calls by the numbers of 32 bits, io_uring and calls out of BPF programs do
 * not come here.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "syscalls.h"
#include "head.h"
#include "process.h"
#include "holders.h"
#include "commands.h"
#include "netlink.h"

char _license[] SEC("license") = "GPL";

static __always_inline void close_starts(__u32 fd)
{
	struct file *file = file_of(fd);
	__u32 kind = file ? object_kind_of(file) : 0;

	if (kind != OBJECT_PROGRAM && kind != OBJECT_LINK)
		return;
	void *object = BPF_CORE_READ(file, private_data);
	__u32 who = bpf_get_current_pid_tgid() >> 32;
	if (who == settings.self || who == settings.auditor) {
		/* Told to nobody, and counted: the self-test has to know that this hook fires. */
		__sync_fetch_and_add(&counters.untold_closes, 1);
		return;
	}
	if (kind == OBJECT_PROGRAM ? !program_wanted(object) : !link_wanted(object))
		return;
	send_process(SLOT_ENTER);
	struct object_record *r = reserve(sizeof(*r), RECORD_CLOSE, 0);
	if (!r)
		return;
	r->object_kind = kind;
	r->id = kind == OBJECT_PROGRAM ? program_id(object) : BPF_CORE_READ((struct bpf_link *)object, id);
	r->references = references_of(file);
	r->unused = 0;
	__builtin_memset(r->tag, 0, sizeof(r->tag));
	bpf_ringbuf_submit(r, 0);
}

static __always_inline void sendmsg_starts(__u32 fd, void *header)
{
	struct user_msghdr message;
	struct iovec first;

	if (!bpf_probe_read_user(&message, sizeof(message), header) && !bpf_probe_read_user(&first, sizeof(first), message.vectors))
		netlink_starts(fd, first.base, first.length);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(xa_sys_enter, struct pt_regs *regs, long nr)
{
	switch (nr) {
	case NR_bpf:
	case NR_close:
	case NR_write:
	case NR_sendto:
	case NR_sendmsg:
		break;
	default:
		return 0;
	}
	if (COMPAT(bpf_get_current_task_btf()))
		return 0;
	switch (nr) {
	case NR_bpf:
		command_starts(ARG1(regs), ARG2(regs), ARG3(regs));
		break;
	case NR_close:
		if (settings.tell_closes)
			close_starts(ARG1(regs));
		break;
	case NR_sendmsg:
		sendmsg_starts(ARG1(regs), (void *)ARG2(regs));
		break;
	default:
		netlink_starts(ARG1(regs), (void *)ARG2(regs), ARG3(regs));
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(xa_sys_exit, struct pt_regs *regs, long result)
{
	long nr = NR(regs);
	struct call call;

	if (nr != NR_bpf && nr != NR_write && nr != NR_sendto && nr != NR_sendmsg)
		return 0;
	if (!recall(&call))
		return 0;
	if (call.command == CALL_NETLINK)
		netlink_ends(&call);
	else
		command_ends(&call, result);
	return 0;
}

/* Once per process, in the last of its threads. Its descriptors are closed after this, without a call of close(2). */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(xa_process_exit, struct task_struct *task)
{
	if (task->signal->live.counter > 0)
		return 0;
	if (was_holder()) {
		send_process(SLOT_PROCESS_EXIT);
		struct head *r = reserve(sizeof(*r), RECORD_EXIT, task->exit_code);
		if (r)
			bpf_ringbuf_submit(r, 0);
	} else {
		/* As with closes of our own: it fired. */
		__sync_fetch_and_add(&counters.untold_exits, 1);
	}
	forget_process();
	return 0;
}
