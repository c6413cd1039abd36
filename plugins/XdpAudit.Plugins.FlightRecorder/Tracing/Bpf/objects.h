/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Programs, links and devices, as records tell them. */
#ifndef XDPAUDIT_TRACING_OBJECTS_H
#define XDPAUDIT_TRACING_OBJECTS_H

#include "head.h"

static __always_inline __u32 program_id(struct bpf_prog *prog)
{
	return prog ? BPF_CORE_READ(prog, aux, id) : 0;
}

static __always_inline int type_wanted(__u32 type)
{
	return settings.all_types || type == BPF_PROG_TYPE_XDP || type == BPF_PROG_TYPE_EXT;
}

static __always_inline int program_wanted(struct bpf_prog *prog)
{
	return prog ? type_wanted(BPF_CORE_READ(prog, type)) : settings.all_types;
}

static __always_inline int link_wanted(struct bpf_link *link)
{
	return BPF_CORE_READ(link, type) == BPF_LINK_TYPE_XDP || program_wanted(BPF_CORE_READ(link, prog));
}

static __always_inline void fill_program(struct program *p, struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);

	p->load_time = BPF_CORE_READ(aux, load_time);
	p->memlock = BPF_CORE_READ(prog, pages) * 4096ULL;
	p->id = BPF_CORE_READ(aux, id);
	p->type = BPF_CORE_READ(prog, type);
	p->uid = BPF_CORE_READ(aux, user, uid.val);
	p->extends = program_id(BPF_CORE_READ(aux, dst_prog));
	bpf_core_read(&p->tag, sizeof(p->tag), &prog->tag);
	bpf_core_read(&p->name, sizeof(p->name), &aux->name);
}

static __always_inline void fill_device(struct device *d, struct net_device *dev)
{
	tell_net(&d->netns_cookie, &d->netns_inode, BPF_CORE_READ(dev, nd_net.net));
	d->ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_core_read(&d->name, sizeof(d->name), &dev->name);
}

/* The program in force in each mode, held by a link or not. */
static __always_inline void programs_of(__u32 *programs, struct net_device *dev)
{
	for (int mode = 0; mode < MODES; mode++) {
		struct bpf_xdp_link *link = BPF_CORE_READ(dev, xdp_state[mode].link);

		programs[mode] = program_id(link ? BPF_CORE_READ(link, link.prog) : BPF_CORE_READ(dev, xdp_state[mode].prog));
	}
}

/* The device of an xdp link; NULL for other links and for a defunct one. */
static __always_inline struct net_device *device_of(struct bpf_link *link)
{
	if (BPF_CORE_READ(link, type) != BPF_LINK_TYPE_XDP)
		return 0;
	return BPF_CORE_READ(container_of(link, struct bpf_xdp_link, link), dev);
}

/* The mode, plus 1, in which the device runs this link; 0 if in none. */
static __always_inline __u32 mode_of(struct net_device *dev, struct bpf_link *link)
{
	for (int mode = 0; mode < MODES; mode++)
		if ((void *)BPF_CORE_READ(dev, xdp_state[mode].link) == (void *)link)
			return mode + 1;
	return 0;
}

static __always_inline void fill_link(struct link_record *r, struct bpf_link *link)
{
	struct net_device *dev = device_of(link);

	__builtin_memset(&r->device, 0, sizeof(*r) - sizeof(r->head));
	r->id = BPF_CORE_READ(link, id);
	r->type = BPF_CORE_READ(link, type);
	r->program = program_id(BPF_CORE_READ(link, prog));
	if (dev) {
		fill_device(&r->device, dev);
		r->mode = mode_of(dev, link);
	}
	if (r->type == BPF_LINK_TYPE_TRACING)
		r->target_program = program_id(BPF_CORE_READ(container_of(link, struct bpf_tracing_link, link.link), tgt_prog));
}

static __always_inline void fill_maps(struct load_record *r, struct bpf_prog *prog)
{
	struct bpf_map **maps = BPF_CORE_READ(prog, aux, used_maps);

	__builtin_memset(r->maps, 0, sizeof(r->maps));
	r->unused = 0;
	r->map_count = BPF_CORE_READ(prog, aux, used_map_cnt);
	for (__u32 i = 0; i < MAPS; i++) {
		struct bpf_map *map = 0;

		if (i >= r->map_count)
			break;
		bpf_probe_read_kernel(&map, sizeof(map), &maps[i]);
		r->maps[i] = BPF_CORE_READ(map, id);
	}
}

#endif
