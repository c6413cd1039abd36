namespace XdpAudit.Server;

/// <summary>What the process says to whoever started it: the one place of the server that writes to the terminal.</summary>
internal static class Terminal
{
#pragma warning disable RS0030 // the words of a program in the foreground are for its terminal, not for the log
    internal static bool IsInteractive => !Console.IsOutputRedirected;

    /// <summary>There is somebody to be asked.</summary>
    internal static bool CanAsk => !Console.IsInputRedirected;

    /// <summary>Asks, and waits for a yes; where nobody can be asked the answer is no.</summary>
    internal static bool Asks(string question)
    {
        if (!CanAsk)
        {
            return false;
        }

        Console.Error.Write(KernelTextGuard(question));
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>A line on standard output.</summary>
    internal static void Say(string line) => Console.Out.WriteLine(KernelTextGuard(line));

    /// <summary>A line on standard error.</summary>
    internal static void Warn(string line) => Console.Error.WriteLine(KernelTextGuard(line));
#pragma warning restore RS0030

    // Names come from whoever loaded a program: nothing of them may steer a terminal.
    private static string KernelTextGuard(string line) => string.Concat(line.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? '?' : c));
}
