using System.Runtime.InteropServices;

namespace XdpAudit.Cli;

/// <summary>The few calls of the C library that .NET has no word for.</summary>
internal static partial class LibC
{
    private const nuint TerminalSizeRequest = 0x5413; // TIOCGWINSZ, asm-generic/ioctls.h

    /// <summary>The descriptor is a terminal: isatty(3), 1 if so.</summary>
    internal static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    /// <summary>Columns of a terminal (ioctl_tty(2)); null when it is none or does not know.</summary>
    internal static int? Columns(int descriptor)
    {
        var size = default(TerminalSize);
        return ioctl(descriptor, TerminalSizeRequest, ref size) == 0 && size.Columns > 0 ? size.Columns : null;
    }

    /// <summary>geteuid(2); cannot fail.</summary>
    internal static uint EffectiveUser() => geteuid();

    /// <summary>
    /// execv(3): this process becomes the other program, with its pid, its terminal and its environment, so that signals reach it without a
    /// go-between. Returns the reason when that fails. .NET ignores SIGPIPE, which an exec would hand on, so the default is put back before.
    /// </summary>
    internal static string Become(string path, IReadOnlyList<string> arguments)
    {
        const int brokenPipe = 13;
        signal(brokenPipe, 0);
        string?[] words = [path, .. arguments, null];
        _ = execv(path, words);
        return Marshal.GetLastPInvokeErrorMessage();
    }

    /// <summary>write(2): bytes written, or -1 with errno.</summary>
    internal static nint Write(int descriptor, ReadOnlySpan<byte> bytes) => write(descriptor, bytes, (nuint)bytes.Length);

    /// <summary>Waits until a descriptor can be written to (poll(2)); for one that somebody made non-blocking.</summary>
    internal static void AwaitWritable(int descriptor)
    {
        const short pollOut = 4;
        var poll = new PollEntry { Descriptor = descriptor, Events = pollOut };
        _ = LibC.poll(ref poll, 1, -1);
    }

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, ref TerminalSize size);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, string?[] arguments);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollEntry entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct TerminalSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsX;
        public ushort PixelsY;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
