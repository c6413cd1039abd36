using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace XdpAudit.Plugins;

/// <summary>
/// What libbpf has to say. Its callback is one per process, so the words are routed by thread: libbpf calls back on the thread that called it.
/// The callback must be gone before this assembly is: a later message, asked for by anybody, would jump into unmapped code.
/// </summary>
internal static unsafe partial class LibbpfPrint
{
    private const int LevelWarning = 0;
    private const int LevelInfo = 1;
    private const int LineBytes = 4096;
    private static readonly Lock Gate = new();
    private static int _users;

    [ThreadStatic]
    private static StringBuilder? _listening;

    [ThreadStatic]
    private static int _most;

    /// <summary>The callback, for a library that speaks through one of the same form.</summary>
    internal static delegate* unmanaged[Cdecl]<int, byte*, nint, int> Callback => &Print;

    /// <summary>Sets the callback. Anyone else's in this process is replaced; it is set again at every <see cref="Listen"/>.</summary>
    internal static void Enter()
    {
        lock (Gate)
        {
            _users++;
        }
    }

    /// <summary>The last to leave resets the callback to none, never to an older one: whose code that was may be gone.</summary>
    internal static void Leave()
    {
        lock (Gate)
        {
            if (--_users == 0)
            {
                try
                {
                    libbpf_set_print(null);
                }
                catch (DllNotFoundException)
                {
                    // No library, no callback.
                }
            }
        }
    }

    /// <summary>Collects libbpf's warnings on this thread while the action runs; with what is only information, where that has the reasons.</summary>
    internal static string Listen(Action action, bool information = false)
    {
        var words = new StringBuilder();
        lock (Gate)
        {
            libbpf_set_print(&Print);
        }

        (_listening, _most) = (words, information ? LevelInfo : LevelWarning);
        try
        {
            action();
        }
        finally
        {
            _listening = null;
        }

        return words.ToString();
    }

    // On x86-64 and other SysV ABIs whose va_list is an array a pointer passes it on; Linux on arm64 passes a pointer to its 32 bytes, which is the same word.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (level > _most || _listening is not { } words)
        {
            return 0;
        }

        var line = stackalloc byte[LineBytes];
        var length = vsnprintf(line, LineBytes, format, arguments);
        words.Append(Encoding.UTF8.GetString(line, Math.Clamp(length, 0, LineBytes - 1)).Replace("libbpf: ", "", StringComparison.Ordinal));
        return length;
    }

    [LibraryImport(LibbpfObject.Library)]
    private static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> callback);

    [LibraryImport("libc")]
    private static partial int vsnprintf(byte* buffer, nuint size, byte* format, nint arguments);
}
