namespace XdpAudit.Server;

/// <summary>Who sits before the terminal.</summary>
internal static class Person
{
    /// <summary>The user behind sudo(8) where there is one, as far as the environment says; it is a note for people, no proof.</summary>
    internal static string Name => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 and < 65 } user && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? user
        : Environment.UserName;
}
