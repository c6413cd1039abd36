/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What goes through the ring, mirrored in C# (Records.cs): every member on its natural boundary, every record a multiple of 8 bytes but for
 * those that end in text. A number of 0 is none.
 */
#ifndef XDPAUDIT_TRACING_RECORDS_H
#define XDPAUDIT_TRACING_RECORDS_H

enum record_kind {
	RECORD_PROCESS = 1,
	RECORD_LOAD = 2,
	RECORD_LOAD_FAILED = 3,
	RECORD_LINK_CREATE = 4,
	RECORD_LINK_UPDATE = 5,
	RECORD_LINK_DETACH = 6,
	RECORD_PIN = 7,
	RECORD_XDP_SET = 8,
	RECORD_CLOSE = 9,
	RECORD_EXIT = 10,
	RECORD_UNLOAD = 11,
	RECORD_LINK_FREE = 12,
	RECORD_UNPIN = 13,
	RECORD_DEVICE_GONE = 14,
	RECORD_KINDS = 16,
};

enum object_kind { OBJECT_PROGRAM = 1, OBJECT_LINK = 2, OBJECT_MAP = 3 };

enum detach_reason { DETACH_ASKED = 0, DETACH_DEVICE_GONE = 1 };

#define HEAD_KERNEL_THREAD 1
#define HEAD_DEFERRED 2 /* told after a grace period: whose turn it was then has nothing to do with it */

/* Who, when and what: starts every record. (tgid, process_start, exec_id) tells one image of one process from all others of this boot. */
struct head {
	__u64 boot_ns;
	__u64 process_start; /* nanoseconds of CLOCK_BOOTTIME */
	__u64 exec_id;	     /* counts execve(2) */
	__u64 cgroup_id;
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 kind;
	__u32 flags;
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__u32 loginuid; /* ~0: never set */
	__s32 result;
	char comm[16];
};

struct parent {
	__u32 tgid;
	char comm[16];
};

#define PARENTS 6
#define COMMAND_BYTES 256
#define EXE_BYTES 512
#define NAME_BYTES 256
#define EXE_COMPLETE 1
#define EXE_DELETED 2

/* What does not change in one image of one process, sent once. */
struct process_record {
	struct head head;
	struct parent parents[PARENTS];
	__u32 parent_count;
	__u32 command_bytes;
	__u32 command_all; /* how long it is uncut */
	__u32 exe_bytes;
	__u32 exe_flags;
	/* command_bytes of arguments, each ended by 0, then exe_bytes of names from the leaf to the root, each ended by 0 */
	char text[COMMAND_BYTES + EXE_BYTES + NAME_BYTES];
};

struct program {
	__u64 load_time;
	__u64 memlock;
	__u32 id;
	__u32 type;
	__u32 uid;
	__u32 extends;
	__u8 tag[8];
	char name[16];
};

struct device {
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 ifindex;
	char name[16];
};

#define MAPS 16

struct load_record {
	struct head head;
	struct program program;
	__u32 map_count; /* may be more than are here */
	__u32 unused;
	__u32 maps[MAPS];
};

struct load_failed_record {
	struct head head;
	__u32 type;
	__u32 told; /* the two were read */
	char name[16];
};

struct link_record {
	struct head head;
	struct device device;
	__u32 id;
	__u32 type;
	__u32 program;
	__u32 old_program;
	__u32 target_program;
	__u32 mode; /* as in bpf_xdp_entity, plus 1; 0: not known */
	__u32 reason;
	__u32 unused;
};

struct xdp_set_record {
	struct head head;
	struct device device;
	__u32 mode; /* as in bpf_xdp_entity, plus 1 */
	__u32 before;
	__u32 after;
	__u32 unused;
};

struct object_record {
	struct head head;
	__u32 object_kind;
	__u32 id;
	__u32 references; /* of the open file */
	__u32 unused;
	__u8 tag[8];
};

struct device_record {
	struct head head;
	struct device device;
};

#define PATH_BYTES 4096

struct path_record {
	struct head head;
	__u32 object_kind;
	__u32 id;
	__u32 path_bytes; /* with the 0 */
	__u32 flags;	  /* 1: names from the leaf to the root of the file system, each ended by 0 */
	char path[PATH_BYTES];
};

#endif
