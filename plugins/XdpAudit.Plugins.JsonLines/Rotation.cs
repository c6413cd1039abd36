using System.Globalization;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>
/// Puts a full file aside: PATH becomes PATH.1, PATH.1 becomes PATH.2, and the oldest goes. From the oldest on, so that an end in the middle of it loses
/// nothing that was to be kept: a number is missing then, until the next time.
/// </summary>
internal static class Rotation
{
    /// <exception cref="IOException">It could not be done to its end; it goes on from there the next time.</exception>
    internal static void Turn(string path, int keep)
    {
        for (var age = keep; age >= 1; age--)
        {
            var younger = age == 1 ? path : Aged(path, age - 1);
            if (File.Exists(younger))
            {
                File.Move(younger, Aged(path, age), overwrite: true);
            }
        }
    }

    private static string Aged(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");
}
