using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Kernel;

/// <summary>A file descriptor that is closed in any case: one left open on a program, link or map would keep alive what we audit.</summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    public Descriptor()
        : base(ownsHandle: true)
    {
    }

    internal Descriptor(int number)
        : this() => SetHandle(number);

    internal int Number => (int)handle;

    /// <summary>close(2) is never repeated: on Linux the number is free again even after EINTR.</summary>
    protected override bool ReleaseHandle() => Files.Close((int)handle) == 0;
}
