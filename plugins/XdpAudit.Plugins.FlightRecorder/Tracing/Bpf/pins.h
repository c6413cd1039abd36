/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Pins by their inodes. When an inode goes its name is gone already, so it is kept from the making of the pin. A pin older than the recorder is
 * not known here.
 */
#ifndef XDPAUDIT_TRACING_PINS_H
#define XDPAUDIT_TRACING_PINS_H

#include "objects.h"
#include "process.h"

struct pin {
	__u32 object_kind;
	__u32 id;
	__u32 path_bytes;
	__u32 unused;
	char path[512]; /* names from the leaf to the root of the bpffs, each ended by 0 */
};

#define PIN_NAME_BYTES 128
#define PIN_STEPS 10

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct pin);
} pins SEC(".maps");

struct pin_room {
	struct pin pin;
	char overrun[PIN_NAME_BYTES];
	struct walk walk;
	struct path_record record;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct pin_room);
} pin_scratch SEC(".maps");

static __always_inline int pin_step(struct pin *pin, volatile struct walk *walk)
{
	struct dentry *dentry = (void *)walk->dentry;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 at = walk->at;

	if (parent == dentry || at >= sizeof(pin->path))
		return 1;
	long n = bpf_probe_read_kernel_str(&pin->path[at], PIN_NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));
	if (n <= 0)
		return 1;
	walk->at = at + n;
	walk->dentry = (__u64)parent;
	return 0;
}

static __always_inline void tell_pin(struct pin_room *room, __u32 slot, __u32 kind, __u32 head_flags)
{
	struct path_record *r = &room->record;
	__u32 bytes = *(volatile __u32 *)&room->pin.path_bytes;

	if (bytes > sizeof(room->pin.path))
		return;
	if (!head_flags)
		send_process(slot);
	fill_head(&r->head, kind, 0);
	r->head.flags |= head_flags;
	r->object_kind = room->pin.object_kind;
	r->id = room->pin.id;
	r->path_bytes = bytes;
	r->flags = 1;
	__builtin_memcpy(r->path, room->pin.path, sizeof(room->pin.path));
	__sync_fetch_and_add(&counters.happened[kind], 1);
	if (bpf_ringbuf_output(&ring, r, __builtin_offsetof(struct path_record, path) + bytes, 0))
		drop(DROP_RING_FULL);
}

static __always_inline void pinned(__u32 room_slot, __u32 slot, struct dentry *dentry, __u32 object_kind, __u32 id)
{
	struct pin_room *room = bpf_map_lookup_elem(&pin_scratch, &room_slot);
	__u64 inode = (__u64)BPF_CORE_READ(dentry, d_inode);

	if (!room)
		return;
	room->pin.object_kind = object_kind;
	room->pin.id = id;
	room->walk.dentry = (__u64)dentry;
	room->walk.at = 0;
	for (int i = 0; i < PIN_STEPS; i++)
		if (pin_step(&room->pin, &room->walk))
			break;
	room->pin.path_bytes = room->walk.at < sizeof(room->pin.path) ? room->walk.at : sizeof(room->pin.path);
	bpf_map_update_elem(&pins, &inode, &room->pin, BPF_ANY);
	tell_pin(room, slot, RECORD_PIN, 0);
}

static __always_inline void unpinned(__u32 room_slot, __u32 slot, struct inode *inode, __u32 head_flags)
{
	__u64 key = (__u64)inode;
	struct pin *pin = bpf_map_lookup_elem(&pins, &key);
	struct pin_room *room = pin ? bpf_map_lookup_elem(&pin_scratch, &room_slot) : 0;

	if (!room)
		return;
	__builtin_memcpy(&room->pin, pin, sizeof(room->pin));
	/* Once: it may come here by two ways. */
	if (!bpf_map_delete_elem(&pins, &key))
		tell_pin(room, slot, RECORD_UNPIN, head_flags);
}

#endif
