/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The commands of bpf(2) that make, change or keep a program or link. */
#ifndef XDPAUDIT_TRACING_COMMANDS_H
#define XDPAUDIT_TRACING_COMMANDS_H

#include "calls.h"
#include "files.h"
#include "holders.h"
#include "objects.h"

/* union bpf_attr (include/uapi/linux/bpf.h), as far as it is read. */
struct load_attr {
	__u32 type;
	__u32 instructions;
	__u64 unread[5];
	char name[16];
};

struct link_attr { /* BPF_LINK_UPDATE and BPF_LINK_DETACH */
	__u32 link_fd;
};

struct object_attr { /* BPF_OBJ_PIN */
	__u64 path;
	__u32 fd;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct path_record);
} path_scratch SEC(".maps");

static __always_inline void command_starts(__u32 command, __u64 attr, __u32 attr_bytes)
{
	struct call call = {};

	call.command = command;
	call.attr = attr;
	call.attr_bytes = attr_bytes;
	switch (command) {
	case BPF_PROG_LOAD:
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_LINK_GET_FD_BY_ID:
		break;
	case BPF_LINK_UPDATE:
	case BPF_LINK_DETACH: {
		struct link_attr a;

		if (bpf_probe_read_user(&a, sizeof(a), (void *)attr))
			return;
		struct bpf_link *link = object_of(a.link_fd, OBJECT_LINK);
		if (!link || !link_wanted(link))
			return;
		struct net_device *dev = device_of(link);

		call.fd = a.link_fd;
		call.link = BPF_CORE_READ(link, id);
		call.old_program = program_id(BPF_CORE_READ(link, prog));
		if (dev)
			fill_device(&call.device, dev);
		break;
	}
	default:
		return;
	}
	remember_call(&call);
}

static __always_inline void load_failed(struct call *call, int errno)
{
	struct load_attr a = {};
	int told = call->attr_bytes >= sizeof(a) && !bpf_probe_read_user(&a, sizeof(a), (void *)call->attr);

	if (!told)
		bpf_probe_read_user(&a.type, sizeof(a.type), (void *)call->attr);
	if (!type_wanted(a.type))
		return;
	send_process(SLOT_EXIT);
	struct load_failed_record *r = reserve(sizeof(*r), RECORD_LOAD_FAILED, errno);
	if (!r)
		return;
	r->type = a.type;
	r->told = told;
	__builtin_memcpy(r->name, a.name, sizeof(r->name));
	bpf_ringbuf_submit(r, 0);
}

static __always_inline void load_ends(struct call *call, long result)
{
	if (result < 0) {
		load_failed(call, -result);
		return;
	}
	struct bpf_prog *prog = object_of(result, OBJECT_PROGRAM);
	if (!prog) {
		drop(DROP_UNSEEN);
		return;
	}
	/* Those that are not wanted are told too, without much of who did it: that they were loaded is all there is to know of a gone program. */
	if (program_wanted(prog))
		note_holder(SLOT_EXIT);
	struct load_record *r = reserve(sizeof(*r), RECORD_LOAD, 0);
	if (!r)
		return;
	fill_program(&r->program, prog);
	fill_maps(r, prog);
	bpf_ringbuf_submit(r, 0);
}

static __always_inline void link_create_ends(long result)
{
	if (result < 0)
		return;
	struct bpf_link *link = object_of(result, OBJECT_LINK);
	if (!link) {
		drop(DROP_UNSEEN);
		return;
	}
	if (!link_wanted(link))
		return;
	note_holder(SLOT_EXIT);
	struct link_record *r = reserve(sizeof(*r), RECORD_LINK_CREATE, 0);
	if (!r)
		return;
	fill_link(r, link);
	bpf_ringbuf_submit(r, 0);
}

static __always_inline void link_change_ends(struct call *call, long result, __u32 kind)
{
	struct bpf_link *link = object_of(call->fd, OBJECT_LINK);

	if (result < 0)
		return;
	/* Its number was given to another file meanwhile. */
	if (!link || BPF_CORE_READ(link, id) != call->link) {
		drop(DROP_UNSEEN);
		return;
	}
	send_process(SLOT_EXIT);
	struct link_record *r = reserve(sizeof(*r), kind, 0);
	if (!r)
		return;
	fill_link(r, link);
	r->old_program = call->old_program;
	/* A detached link has no device any more. */
	r->device = call->device;
	bpf_ringbuf_submit(r, 0);
}

static __always_inline void pin_ends(struct call *call)
{
	struct object_attr a = {};
	__u32 zero = 0;

	if (bpf_probe_read_user(&a, sizeof(a), (void *)call->attr)) {
		drop(DROP_UNSEEN);
		return;
	}
	struct file *file = file_of(a.fd);
	__u32 kind = file ? object_kind_of(file) : 0;
	void *object = kind ? BPF_CORE_READ(file, private_data) : 0;
	if (!object || (kind == OBJECT_MAP && !settings.all_types) || (kind == OBJECT_PROGRAM && !program_wanted(object)) || (kind == OBJECT_LINK && !link_wanted(object)))
		return;
	struct path_record *r = bpf_map_lookup_elem(&path_scratch, &zero);
	if (!r)
		return;
	send_process(SLOT_EXIT);
	fill_head(&r->head, RECORD_PIN, 0);
	r->object_kind = kind;
	r->id = kind == OBJECT_PROGRAM ? program_id(object) : kind == OBJECT_LINK ? BPF_CORE_READ((struct bpf_link *)object, id) : BPF_CORE_READ((struct bpf_map *)object, id);
	r->flags = 0;
	long bytes = bpf_probe_read_user_str(r->path, sizeof(r->path), (void *)a.path);
	if (bytes < 0 || bytes > PATH_BYTES) {
		drop(DROP_UNSEEN);
		return;
	}
	r->path_bytes = bytes;
	__sync_fetch_and_add(&counters.happened[RECORD_PIN], 1);
	if (bpf_ringbuf_output(&ring, r, __builtin_offsetof(struct path_record, path) + bytes, 0))
		drop(DROP_RING_FULL);
}

/* A process that takes a descriptor of a program or link holds it from then on. */
static __always_inline void get_ends(long result)
{
	struct file *file = result < 0 ? 0 : file_of(result);
	__u32 kind = file ? object_kind_of(file) : 0;
	void *object = kind ? BPF_CORE_READ(file, private_data) : 0;

	if (object && ((kind == OBJECT_PROGRAM && program_wanted(object)) || (kind == OBJECT_LINK && link_wanted(object))))
		note_holder(SLOT_EXIT);
}

static __always_inline void command_ends(struct call *call, long result)
{
	switch (call->command) {
	case BPF_PROG_LOAD:
		load_ends(call, result);
		break;
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN: /* how an ext program is attached by older libraries */
		link_create_ends(result);
		break;
	case BPF_LINK_UPDATE:
		link_change_ends(call, result, RECORD_LINK_UPDATE);
		break;
	case BPF_LINK_DETACH:
		link_change_ends(call, result, RECORD_LINK_DETACH);
		break;
	case BPF_OBJ_PIN:
		if (result == 0)
			pin_ends(call);
		break;
	default:
		get_ends(result);
	}
}

#endif
