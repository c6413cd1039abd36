/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Requests of rtnetlink that set a program (IFLA_XDP). The answer of the kernel is a message, not the result of the call, and a request may
 * change nothing and succeed: what counts is what the device runs before and after.
 */
#ifndef XDPAUDIT_TRACING_NETLINK_H
#define XDPAUDIT_TRACING_NETLINK_H

#include "calls.h"
#include "files.h"
#include "process.h"
#include "objects.h"

/* include/uapi/linux/netlink.h, rtnetlink.h, if_link.h */
#define AF_NETLINK 16
#define NETLINK_ROUTE 0
#define RTM_NEWLINK 16
#define RTM_SETLINK 19
#define NLA_TYPE_MASK 0x3fff
#define IFLA_IFNAME 3
#define IFLA_XDP 43

struct link_request {
	__u32 length; /* struct nlmsghdr */
	__u16 type;
	__u16 flags;
	__u32 sequence;
	__u32 port;
	__u8 family; /* struct ifinfomsg */
	__u8 padding;
	__u16 device_type;
	__s32 ifindex;
	__u32 device_flags;
	__u32 change;
};

struct attribute {
	__u16 length;
	__u16 type;
};

struct user_msghdr {
	void *name;
	int name_length;
	struct iovec *vectors;
};

struct iovec {
	void *base;
	unsigned long length;
};

#define ATTRIBUTES 48
#define BUCKET_STEPS 64
#define DEVICE_STEPS 256

/* The namespace of a socket of rtnetlink, or NULL for any other file. */
static __always_inline struct net *route_socket_net(__u32 fd)
{
	struct file *file = file_of(fd);

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sock = BPF_CORE_READ(socket, sk);

	if (!sock || BPF_CORE_READ(sock, __sk_common.skc_family) != AF_NETLINK || BPF_CORE_READ(sock, sk_protocol) != NETLINK_ROUTE)
		return 0;
	return BPF_CORE_READ(sock, __sk_common.skc_net.net);
}

static __always_inline struct net_device *device_by_index(struct net *net, __s32 ifindex)
{
	/* include/linux/netdevice.h: NETDEV_HASHENTRIES */
	struct hlist_head *heads = BPF_CORE_READ(net, dev_index_head);
	struct hlist_node *node = BPF_CORE_READ(&heads[ifindex & 255], first);

	for (int i = 0; i < BUCKET_STEPS && node; i++) {
		struct net_device *dev = container_of(node, struct net_device, index_hlist);

		if (BPF_CORE_READ(dev, ifindex) == ifindex)
			return dev;
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

static __always_inline struct net_device *device_by_name(struct net *net, __u64 *name)
{
	struct list_head *end = (void *)net + __builtin_preserve_field_info(((struct net *)0)->dev_base_head, BPF_FIELD_BYTE_OFFSET);
	struct list_head *node = BPF_CORE_READ(end, next);

	for (int i = 0; i < DEVICE_STEPS && node != end; i++) {
		struct net_device *dev = container_of(node, struct net_device, dev_list);
		__u64 found[2] = {};

		bpf_core_read(found, sizeof(found), &dev->name);
		if (found[0] == name[0] && found[1] == name[1])
			return dev;
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

/* The device that a message sets a program of, or NULL. */
static __always_inline struct net_device *requested_device(struct net *net, void *message, __u64 bytes, struct link_request *request)
{
	__u32 at = sizeof(*request), end = request->length < bytes ? request->length : bytes;
	__u64 name[2] = {};
	int sets_program = 0;

	for (int i = 0; i < ATTRIBUTES; i++) {
		struct attribute a;

		if (at + sizeof(a) > end || bpf_probe_read_user(&a, sizeof(a), message + at) || a.length < sizeof(a))
			break;
		if ((a.type & NLA_TYPE_MASK) == IFLA_XDP)
			sets_program = 1;
		if ((a.type & NLA_TYPE_MASK) == IFLA_IFNAME)
			bpf_probe_read_user_str(name, sizeof(name), message + at + sizeof(a));
		at += (a.length + 3) & ~3U;
	}
	if (!sets_program)
		return 0;
	return request->ifindex > 0 ? device_by_index(net, request->ifindex) : device_by_name(net, name);
}

static __always_inline void netlink_starts(__u32 fd, void *message, __u64 bytes)
{
	struct link_request request;

	/* The message first: it tells most calls apart by one read. */
	if (bytes < sizeof(request) || bpf_probe_read_user(&request, sizeof(request), message))
		return;
	if ((request.type != RTM_SETLINK && request.type != RTM_NEWLINK) || request.length < sizeof(request))
		return;
	struct net *net = route_socket_net(fd);
	struct net_device *dev = net ? requested_device(net, message, bytes, &request) : 0;
	if (!dev)
		return;

	struct call call = {};

	call.command = CALL_NETLINK;
	call.net = net;
	fill_device(&call.device, dev);
	programs_of(call.before, dev);
	remember_call(&call);
}

static __always_inline void netlink_ends(struct call *call)
{
	struct net_device *dev = device_by_index(call->net, call->device.ifindex);
	__u32 after[MODES] = {};

	if (!dev)
		return;
	programs_of(after, dev);
	for (int mode = 0; mode < MODES; mode++) {
		if (after[mode] == call->before[mode])
			continue;
		send_process(SLOT_EXIT);
		struct xdp_set_record *r = reserve(sizeof(*r), RECORD_XDP_SET, 0);
		if (!r)
			continue;
		fill_device(&r->device, dev);
		r->mode = mode + 1;
		r->before = call->before[mode];
		r->after = after[mode];
		r->unused = 0;
		bpf_ringbuf_submit(r, 0);
	}
}

#endif
