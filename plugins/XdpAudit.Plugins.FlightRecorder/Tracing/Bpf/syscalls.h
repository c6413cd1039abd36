/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* System calls by number, and their arguments in registers: all that differs between processors. */
#ifndef XDPAUDIT_TRACING_SYSCALLS_H
#define XDPAUDIT_TRACING_SYSCALLS_H

#if defined(__TARGET_ARCH_x86)

#define NR_write 1
#define NR_close 3
#define NR_sendto 44
#define NR_sendmsg 46
#define NR_bpf 321

struct pt_regs {
	unsigned long di, si, dx, orig_ax;
} __attribute__((preserve_access_index));

#define NR(regs) ((long)(regs)->orig_ax)
#define ARG1(regs) ((regs)->di)
#define ARG2(regs) ((regs)->si)
#define ARG3(regs) ((regs)->dx)
/* arch/x86/include/asm/thread_info.h: a call by the numbers of 32 bits, which mean something else */
#define COMPAT(task) ((task)->thread_info.status & 2)

#elif defined(__TARGET_ARCH_arm64)

#define NR_write 64
#define NR_close 57
#define NR_sendto 206
#define NR_sendmsg 211
#define NR_bpf 280

struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	__s32 syscallno;
} __attribute__((preserve_access_index));

#define NR(regs) ((long)(regs)->syscallno)
#define ARG1(regs) ((regs)->orig_x0)
#define ARG2(regs) ((regs)->regs[1])
#define ARG3(regs) ((regs)->regs[2])
/* arch/arm64/include/asm/thread_info.h: TIF_32BIT */
#define COMPAT(task) ((task)->thread_info.flags & (1 << 22))

#else
#error "name the processor: -D__TARGET_ARCH_x86 or -D__TARGET_ARCH_arm64"
#endif

#endif
