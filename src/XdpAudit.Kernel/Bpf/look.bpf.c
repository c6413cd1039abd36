// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Six iterators (Documentation/bpf/bpf_iterators.rst). Each writes fixed records, one per object but for the elements of maps; the records
 * are mirrored in C# (ProgramRecord.cs, LinkRecord.cs, MapRecord.cs, ElementRecord.cs, TaskRecord.cs, FileRecord.cs), every member on its
 * natural boundary and every record a multiple of 8 bytes, so that both sides agree without packing. Nothing is attached anywhere: they run
 * only while they are read.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char _license[] SEC("license") = "GPL";

struct program_record {
	__u64 load_time;
	__s64 references;
	__u32 id;
	__u32 type;
	__u32 uid;
	__u32 instructions;
	__u32 jited_bytes;
	__u32 pages;
	__u32 btf_id;
	__u32 verified_insns;
	__u32 used_maps;
	__u32 functions;
	__u32 extends;
	__u8 gpl_compatible;
	__u8 jited;
	__u8 device_bound; /* 0 no, 1 yes, 2 this kernel does not know the term */
	__u8 has_verified_insns;
	__u8 tag[8];
	char name[16];
};

SEC("iter/bpf_prog")
int xa_iter_program(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;
	struct program_record r;

	if (!prog)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	struct bpf_prog_aux *aux = prog->aux;
	r.load_time = aux->load_time;
	r.references = aux->refcnt.counter;
	r.id = aux->id;
	r.type = prog->type;
	r.uid = BPF_CORE_READ(aux, user, uid.val);
	r.instructions = prog->len;
	r.jited_bytes = prog->jited_len;
	r.pages = prog->pages;
	r.btf_id = BPF_CORE_READ(aux, btf, id);
	r.used_maps = aux->used_map_cnt;
	r.functions = aux->func_cnt;
	r.extends = BPF_CORE_READ(aux, dst_prog, aux, id);
	/* Probed: Linux 7.2 has them behind a member of two bytes, and its verifier takes no read that begins there and ends beyond. */
	r.gpl_compatible = BPF_CORE_READ_BITFIELD_PROBED(prog, gpl_compatible);
	r.jited = BPF_CORE_READ_BITFIELD_PROBED(prog, jited);
	r.device_bound = 2;
	if (bpf_core_field_exists(aux->dev_bound))
		r.device_bound = aux->dev_bound;
	if (bpf_core_field_exists(aux->verified_insns)) {
		r.has_verified_insns = 1;
		r.verified_insns = aux->verified_insns;
	}
	__builtin_memcpy(r.tag, prog->tag, sizeof(r.tag));
	bpf_core_read(&r.name, sizeof(r.name), &aux->name);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

struct link_record {
	__s64 references;
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 id;
	__u32 type;
	__u32 program_id;
	__u32 ifindex;
	__u32 flags;
	__u32 target_program_id;
	__u32 unused;
	char device[16];
};

SEC("iter/bpf_link")
int xa_iter_link(struct bpf_iter__bpf_link *ctx)
{
	struct bpf_link *link = ctx->link;
	struct link_record r;

	if (!link)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	r.references = link->refcnt.counter;
	r.id = link->id;
	r.type = link->type;
	r.program_id = BPF_CORE_READ(link, prog, aux, id);
	if (r.type == BPF_LINK_TYPE_XDP) {
		struct bpf_xdp_link *xdp = container_of(link, struct bpf_xdp_link, link);
		struct net_device *dev = BPF_CORE_READ(xdp, dev);

		r.flags = BPF_CORE_READ(xdp, flags);
		/* No device: the link is defunct. It is read without rtnl_lock, so a device that goes just now may still be told. */
		if (dev) {
			struct net *net = BPF_CORE_READ(dev, nd_net.net);

			r.ifindex = BPF_CORE_READ(dev, ifindex);
			r.netns_inode = BPF_CORE_READ(net, ns.inum);
			if (bpf_core_field_exists(net->net_cookie))
				r.netns_cookie = BPF_CORE_READ(net, net_cookie);
			bpf_core_read(&r.device, sizeof(r.device), &dev->name);
		}
	} else if (r.type == BPF_LINK_TYPE_TRACING) {
		struct bpf_tracing_link *tracing = container_of(link, struct bpf_tracing_link, link.link);

		r.target_program_id = BPF_CORE_READ(tracing, tgt_prog, aux, id);
	}
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

struct map_record {
	__u64 cookie;
	__s64 user_references;
	__u64 memory; /* 0 where only a descriptor tells */
	__u32 id;
	__u32 type;
	__u32 key_bytes;
	__u32 value_bytes;
	__u32 max_entries;
	__u32 flags;
	__u32 btf_id;
	__u8 frozen;
	__u8 has_special_fields;
	__u8 unused[2];
	char name[16];
};

/*
 * When the last user reference of a map goes (bpf_map_ops.map_release_uref), the kernel cancels what the special fields of its elements have
 * started, timers among them. To open such a map without user references is not just to look at it.
 */
static __always_inline int has_special_fields(struct bpf_map *map)
{
	struct bpf_map___before_6_2 *older = (void *)map;

	if (bpf_core_field_exists(map->record)) {
		unsigned long record = (unsigned long)BPF_CORE_READ(map, record);

		/* An error pointer stands for values that are no structures. */
		return record != 0 && record < (unsigned long)-4095;
	}
	if (bpf_core_field_exists(older->timer_off))
		return BPF_CORE_READ(older, timer_off) >= 0;
	return 0;
}

/*
 * What array_map_mem_usage (kernel/bpf/arraymap.c, Linux 6.4) gives for a prog_array. Asking fdinfo for it takes a descriptor, and closing
 * that may do the map harm (MapRecord.MayOpen).
 */
static __always_inline __u64 memory_of_prog_array(struct bpf_map *map)
{
	struct bpf_array *array = container_of(map, struct bpf_array, map);

	if (map->map_type != BPF_MAP_TYPE_PROG_ARRAY || !bpf_core_field_exists(map->ops->map_mem_usage) || !bpf_core_field_exists(array->elem_size))
		return 0;
	return bpf_core_type_size(struct bpf_array) + (__u64)map->max_entries * BPF_CORE_READ(array, elem_size);
}

SEC("iter/bpf_map")
int xa_iter_map(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	struct map_record r;

	if (!map)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	if (bpf_core_field_exists(map->cookie))
		r.cookie = map->cookie;
	r.user_references = map->usercnt.counter;
	r.id = map->id;
	r.type = map->map_type;
	r.key_bytes = map->key_size;
	r.value_bytes = map->value_size;
	r.max_entries = map->max_entries;
	r.flags = map->map_flags;
	r.btf_id = BPF_CORE_READ(map, btf, id);
	r.frozen = map->frozen;
	r.has_special_fields = has_special_fields(map);
	r.memory = memory_of_prog_array(map);
	bpf_core_read(&r.name, sizeof(r.name), &map->name);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

#include "elements.h"
#include "tasks.h"
