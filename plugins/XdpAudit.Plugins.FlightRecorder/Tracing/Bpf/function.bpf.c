// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Functions of the kernel through which every change goes, whoever asked for it: what happens without a system call, or after its end. Only
 * arguments that did not change from Linux 5.10 to 7.3 are used. A kernel may inline a function in some of its callers: such a hook attaches and
 * does not fire, which only a test tells.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "head.h"
#include "process.h"
#include "objects.h"
#include "marks.h"
#include "pins.h"

char _license[] SEC("license") = "GPL";

/* include/uapi/linux/perf_event.h */
#define PERF_BPF_EVENT_PROG_UNLOAD 2

/* Each program has a room of its own: they may run inside each other, and be preempted. */
enum function_slot {
	SLOT_UNLOAD = SLOT_FUNCTION,
	SLOT_SETTLE,
	SLOT_FREE,
	SLOT_DETACH,
	SLOT_UPDATE,
	SLOT_INSTALL,
	SLOT_PIN_PROGRAM,
	SLOT_PIN_LINK,
	SLOT_DESTROY_INODE,
	SLOT_FREE_INODE,
	SLOT_DEVICE,
};

/* Both the load and the unload of a program come here, and the unload with its id, which is taken from it before the memory is freed. */
SEC("fentry/perf_event_bpf_event")
int BPF_PROG(xa_unload, struct bpf_prog *prog, __u32 event)
{
	if (event != PERF_BPF_EVENT_PROG_UNLOAD || !program_wanted(prog))
		return 0;
	send_process(SLOT_UNLOAD);
	struct object_record *r = reserve(sizeof(*r), RECORD_UNLOAD, 0);
	if (!r)
		return 0;
	r->object_kind = OBJECT_PROGRAM;
	r->id = program_id(prog);
	r->references = 0;
	r->unused = 0;
	bpf_core_read(&r->tag, sizeof(r->tag), &prog->tag);
	bpf_ringbuf_submit(r, 0);
	return 0;
}

static __always_inline void tell_link(struct bpf_link *link, __u32 slot, __u32 kind, __u32 old_program)
{
	if (!link_wanted(link))
		return;
	send_process(slot);
	struct link_record *r = reserve(sizeof(*r), kind, 0);
	if (!r)
		return;
	fill_link(r, link);
	r->old_program = old_program;
	bpf_ringbuf_submit(r, 0);
}

SEC("fexit/bpf_link_settle")
int BPF_PROG(xa_link_settle, struct bpf_link_primer *primer, int result)
{
	if (result >= 0)
		tell_link(BPF_CORE_READ(primer, link), SLOT_SETTLE, RECORD_LINK_CREATE, 0);
	return 0;
}

SEC("fentry/bpf_link_free")
int BPF_PROG(xa_link_free, struct bpf_link *link)
{
	/* Without a number it was never made: its attachment was refused. */
	if (BPF_CORE_READ(link, id))
		tell_link(link, SLOT_FREE, RECORD_LINK_FREE, 0);
	return 0;
}

SEC("fentry/bpf_xdp_link_detach")
int BPF_PROG(xa_link_detach, struct bpf_link *link)
{
	/* A link that is defunct already may be asked again. */
	if (device_of(link))
		tell_link(link, SLOT_DETACH, RECORD_LINK_DETACH, 0);
	mark(MARK_DETACH);
	return 0;
}

SEC("fexit/bpf_xdp_link_detach")
int BPF_PROG(xa_link_detach_end)
{
	set_marks(marks() & ~MARK_DETACH);
	return 0;
}

SEC("fentry/bpf_xdp_link_release")
int BPF_PROG(xa_link_release)
{
	mark(MARK_RELEASE);
	return 0;
}

SEC("fexit/bpf_xdp_link_release")
int BPF_PROG(xa_link_release_end)
{
	set_marks(marks() & ~MARK_RELEASE);
	return 0;
}

SEC("fentry/bpf_xdp_link_attach")
int BPF_PROG(xa_link_attach)
{
	mark(MARK_ATTACH);
	return 0;
}

SEC("fexit/bpf_xdp_link_attach")
int BPF_PROG(xa_link_attach_end)
{
	set_marks(marks() & ~MARK_ATTACH);
	return 0;
}

SEC("fentry/bpf_xdp_link_update")
int BPF_PROG(xa_link_update)
{
	mark(MARK_UPDATE);
	return 0;
}

/* The program that was replaced may be freed by now: its number is not to be had. */
SEC("fexit/bpf_xdp_link_update")
int BPF_PROG(xa_link_update_end, struct bpf_link *link, struct bpf_prog *new_program, struct bpf_prog *old_program, int result)
{
	set_marks(marks() & ~MARK_UPDATE);
	if (!result)
		tell_link(link, SLOT_UPDATE, RECORD_LINK_UPDATE, 0);
	return 0;
}

/*
 * The driver has taken the program, and the device's own notes of it are still the old ones. For a link that is not being worked on, it is the
 * device that goes and makes the link defunct.
 */
SEC("fexit/dev_xdp_install")
int BPF_PROG(xa_install, struct net_device *dev, __u32 mode, void *op, void *extack, __u32 flags, struct bpf_prog *prog, int result)
{
	__u32 before[MODES] = {};
	__u32 after = program_id(prog);
	struct bpf_xdp_link *links[MODES] = {};

	if (result || marks() || mode >= MODES)
		return 0;
	programs_of(before, dev);
	for (int i = 0; i < MODES; i++)
		links[i] = BPF_CORE_READ(dev, xdp_state[i].link);
	struct bpf_xdp_link *link = mode == 0 ? links[0] : mode == 1 ? links[1] : links[2];
	__u32 old = mode == 0 ? before[0] : mode == 1 ? before[1] : before[2];

	if (link) {
		if (prog)
			return 0;
		send_process(SLOT_INSTALL);
		struct link_record *r = reserve(sizeof(*r), RECORD_LINK_DETACH, 0);
		if (!r)
			return 0;
		fill_link(r, &link->link);
		r->reason = DETACH_DEVICE_GONE;
		bpf_ringbuf_submit(r, 0);
		return 0;
	}
	if (old == after)
		return 0;
	send_process(SLOT_INSTALL);
	struct xdp_set_record *r = reserve(sizeof(*r), RECORD_XDP_SET, 0);
	if (!r)
		return 0;
	fill_device(&r->device, dev);
	r->mode = mode + 1;
	r->before = old;
	r->after = after;
	r->unused = 0;
	bpf_ringbuf_submit(r, 0);
	return 0;
}

SEC("fexit/bpf_mkprog")
int BPF_PROG(xa_pin_program, struct dentry *dentry, __u16 access, void *object, int result)
{
	if (!result && program_wanted(object))
		pinned(0, SLOT_PIN_PROGRAM, dentry, OBJECT_PROGRAM, program_id(object));
	return 0;
}

SEC("fexit/bpf_mklink")
int BPF_PROG(xa_pin_link, struct dentry *dentry, __u16 access, void *object, int result)
{
	if (!result && link_wanted(object))
		pinned(1, SLOT_PIN_LINK, dentry, OBJECT_LINK, BPF_CORE_READ((struct bpf_link *)object, id));
	return 0;
}

/* Newer kernels have both and come to the first of them first, older ones (5.15) only the second, which runs after a grace period. */
SEC("fentry/bpf_destroy_inode")
int BPF_PROG(xa_destroy_inode, struct inode *inode)
{
	unpinned(2, SLOT_DESTROY_INODE, inode, 0);
	return 0;
}

SEC("fentry/bpf_free_inode")
int BPF_PROG(xa_free_inode, struct inode *inode)
{
	unpinned(3, SLOT_FREE_INODE, inode, HEAD_DEFERRED);
	return 0;
}

/* Once for each device that is taken away for good, and not when it moves to another namespace. */
SEC("fentry/netdev_unregister_kobject")
int BPF_PROG(xa_device_gone, struct net_device *dev)
{
	send_process(SLOT_DEVICE);
	struct device_record *r = reserve(sizeof(*r), RECORD_DEVICE_GONE, 0);
	if (!r)
		return 0;
	fill_device(&r->device, dev);
	bpf_ringbuf_submit(r, 0);
	return 0;
}
